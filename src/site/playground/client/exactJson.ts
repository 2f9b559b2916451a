/** Where a runtime keeps what numbers were written as: Node 21, Chromium 114, Firefox 135, Safari 18.4 and newer. */
interface SourceText {
  parse: (
    text: string,
    revive: (name: string, value: unknown, context?: { source?: string }) => unknown,
  ) => unknown;
  rawJSON?: (text: string) => object;
  isRawJSON?: (value: unknown) => boolean;
}

const sourceText = JSON as SourceText;

/** Reads JSON whose numbers are written again as they were typed: a double would round what is beyond 2^53. */
export const readExactly = (text: string): unknown =>
  sourceText.parse(text, (_name, value, context) =>
    typeof value === 'number' && context?.source !== undefined && sourceText.rawJSON
      ? sourceText.rawJSON(context.source)
      : value,
  );

/** Whether it is a number of a text that was read exactly. */
export const isExactNumber = (value: unknown): boolean => sourceText.isRawJSON?.(value) ?? false;
