/** Whether something can do its work, and why not. */
export interface Health {
  ready: boolean;
  detail: string;
}
