const JSON_TYPE = /^(?:application\/(?:[\w.+-]+\+)?json|\*\/\*|application\/\*)\s*(?:;|$)/i;
const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

export const isJson = (mediaType: string): boolean => JSON_TYPE.test(mediaType);
export const isForm = (mediaType: string): boolean => FORM.test(mediaType);

/** What a body of that media type is sent as: a range names none. */
export const sentAs = (mediaType: string): string => {
  if (isJson(mediaType) && mediaType.includes('*')) return 'application/json';
  return mediaType.includes('*') ? 'text/plain' : mediaType;
};
