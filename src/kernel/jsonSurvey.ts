/** What a JSON text says before it is parsed, so that nothing is made of one that holds too much. */
export interface JsonSurvey {
  /** How deep lists and objects stand in each other; what reads or writes such values recurses. */
  levels: number;
  /** Lists, objects and values, which take far more room and time than their text. */
  values: number;
  /** What they weigh in memory, texts included. */
  weight: number;
  /** Whether a number is not what JavaScript makes of it. */
  losesDigits: boolean;
}

/** Characters of text that weigh as much as a value, which takes about as many bytes. */
const CHARACTERS = 64;
/** So many digits without a point are never lost. */
const SAFE_DIGITS = 15;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];
/** What a number consists of beside digits. */
const OF_NUMBERS = new Set(Buffer.from('.+-eE'));

const weightOf = (length: number): number => Math.floor(length / CHARACTERS);

/** Characters of a text as JSON writes it, in which one that controls takes six. */
export const lengthInJson = (text: string): number => JSON.stringify(text).length - 2;

/** What a text weighs that is no JSON. */
export const weightOfText = (text: string): number => 1 + weightOf(lengthInJson(text));

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** Whether a number is written as it was spelled. */
export const isSpelled = (value: number, source: string | undefined): boolean =>
  source === undefined || String(value) === source;

/** Where a text that starts with the quote at `start` ends. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at;
}

/** Behind the digits from `start` on. */
function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** Behind the number that starts at `start`. */
function endOfNumber(text: string, start: number): number {
  let end = endOfDigits(text, start);
  while (OF_NUMBERS.has(text.charCodeAt(end))) end = endOfDigits(text, end + 1);
  return end;
}

function keepsDigits(text: string, start: number, end: number): boolean {
  if (end - start <= SAFE_DIGITS && endOfDigits(text, start) === end) return true;
  const source = text.slice(start, end);
  return isSpelled(Number(source), source);
}

/** In one pass; what is no JSON is for the parser to find. */
export function surveyOf(text: string): JsonSurvey {
  const survey = { levels: 0, values: 1, weight: 0, losesDigits: false };
  let depth = 0;
  let isEmpty = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= SPACE || code === COLON) continue;
    const isOpened = code === OPENING[0] || code === OPENING[1];
    if (code === QUOTE) {
      const end = endOfText(text, at);
      survey.weight += weightOf(end - at - 1);
      at = end;
    } else if (code === COMMA) survey.values += 1;
    else if (isOpened) {
      depth += 1;
      survey.levels = Math.max(survey.levels, depth);
      survey.values += 1;
    } else if (code === CLOSING[0] || code === CLOSING[1]) {
      depth -= 1;
      if (isEmpty) survey.values -= 1;
    } else if (code === MINUS || isDigit(code)) {
      const end = endOfNumber(text, at);
      survey.losesDigits ||= !keepsDigits(text, at, end);
      at = end - 1;
    }
    isEmpty = isOpened;
  }
  survey.weight += survey.values;
  return survey;
}
