/** An answer as Huawei's gateway and ModelArts give it when they refuse. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  get body(): object {
    return { error_code: this.code, error_msg: this.message, request_id: 'b5c7a3f0d8e14f6c9a2b1c3d4e5f6a7b' };
  }
}
