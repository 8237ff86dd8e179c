import { WHITE_SPACE } from './white-space.ts';

export type PortablePattern =
  | {
      /** The pattern in the words that every engine reads alike. */
      readonly pattern: string;
      readonly groups: number;
      /** Alternatives or a repeated group: engines find the same texts, but may not take the same piece out of them. */
      readonly isAmbiguous: boolean;
    }
  | { readonly message: string; readonly position: number };

const SPACES = WHITE_SPACE.map((code) => String.fromCodePoint(code)).join('');
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: SPACES };
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };
const MAX_REPEAT = 255;
const SPECIAL = /[\\^$.|?*+()[\]{}]/;

class Refusal extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** One pass over the characters of a pattern; what it returns is what it understood, written anew. */
function translate(characters: readonly string[]) {
  let at = 0;
  let groups = 0;
  let isAmbiguous = false;
  const refuse = (message: string, position = at): never => {
    throw new Refusal(message, position);
  };

  function escape(): string {
    const letter = characters[at + 1];
    if (letter === undefined) return refuse('The pattern ends in the middle of \\.');
    at += 2;
    const lower = CLASSES[letter.toLowerCase()];
    if (lower !== undefined) return letter === letter.toLowerCase() ? `[${lower}]` : `[^${lower}]`;
    const control = CONTROLS[letter];
    if (control !== undefined) return control;
    if (/[A-Za-z0-9]/.test(letter))
      return refuse(`\\${letter} is not understood; use \\d, \\w, \\s or plain characters.`, at - 2);
    return SPECIAL.test(letter) ? `\\${letter}` : letter;
  }

  function member(): string {
    const letter = characters[at] ?? refuse('The list that begins with [ never ends; write ].');
    if (letter !== '\\') {
      at += 1;
      return /[[\]^\\-]/.test(letter) ? `\\${letter}` : letter;
    }
    const next = characters[at + 1] ?? refuse('The pattern ends in the middle of \\.');
    at += 2;
    const known = CLASSES[next] ?? CONTROLS[next];
    if (known !== undefined) return known;
    if (/[A-Za-z0-9]/.test(next))
      return refuse(`\\${next} is not understood; use \\d, \\w, \\s or plain characters.`, at - 2);
    return /[[\]^\\-]/.test(next) ? `\\${next}` : next;
  }

  function list(): string {
    const start = at;
    at += 1;
    const negated = characters[at] === '^';
    if (negated) at += 1;
    let made = '';
    while (characters[at] !== ']') {
      if (at >= characters.length) refuse('The list that begins with [ never ends; write ].', start);
      const from = at;
      const low = member();
      made += low;
      if (characters[at] !== '-' || characters[at + 1] === ']' || characters[at + 1] === undefined) continue;
      at += 1;
      const high = member();
      const [a, b] = [low.replace(/^\\/, ''), high.replace(/^\\/, '')];
      if (
        Array.from(a).length !== 1 ||
        Array.from(b).length !== 1 ||
        (a.codePointAt(0) ?? 0) > (b.codePointAt(0) ?? 0)
      )
        refuse('This range runs backwards or has no ends; write it like a-z.', from);
      made += `-${high}`;
    }
    at += 1;
    if (made === '') refuse('The list is empty.', start);
    return `[${negated ? '^' : ''}${made}]`;
  }

  function group(depth: number): { text: string; weight: number } {
    const start = at;
    if (depth > 20) refuse('Brackets stand in one another too deep.', start);
    at += 1;
    let opening = '(';
    if (characters[at] === '?') {
      if (characters[at + 1] !== ':') refuse('Only (…) and (?:…) are understood.', start);
      at += 2;
      opening = '(?:';
    } else groups += 1;
    const inner = alternatives(depth + 1);
    if (characters[at] !== ')') refuse('This bracket is never closed; write ).', start);
    at += 1;
    if (inner.text === '') refuse('The brackets are empty.', start);
    return { text: `${opening}${inner.text})`, weight: inner.weight };
  }

  function atom(depth: number): { text: string; weight: number; isGroup: boolean } {
    const letter = characters[at] ?? '';
    if (letter === '(') return { ...group(depth), isGroup: true };
    if (letter === '[') return { text: list(), weight: 1, isGroup: false };
    if (letter === '\\') return { text: escape(), weight: 1, isGroup: false };
    if ('*+?{'.includes(letter)) return refuse(`There is nothing that ${letter} could repeat.`);
    at += 1;
    if (letter === '.') return { text: '[^\n]', weight: 1, isGroup: false };
    return { text: letter === ']' || letter === '}' ? `\\${letter}` : letter, weight: 1, isGroup: false };
  }

  function quantifier(): { text: string; most: number } | null {
    const letter = characters[at];
    if (letter === '*' || letter === '+' || letter === '?') {
      at += 1;
      return { text: letter, most: 1 };
    }
    if (letter !== '{') return null;
    const counted = /^\{(\d{1,3})(,(\d{1,3})?)?\}/.exec(characters.slice(at, at + 9).join(''));
    if (counted === null)
      return refuse('Write how often like {2} or {2,4}; for the character itself write \\{.');
    const [low, high] = [Number(counted[1]), Number(counted[3] ?? counted[1])];
    if (low > MAX_REPEAT || high > MAX_REPEAT || low > high)
      refuse(`Counts go from small to large, up to ${MAX_REPEAT}.`);
    at += counted[0].length;
    return { text: counted[0], most: Math.max(low, high, 1) };
  }

  function sequence(depth: number): { text: string; weight: number } {
    let text = '';
    let weight = 0;
    while (at < characters.length && characters[at] !== '|' && characters[at] !== ')') {
      const letter = characters[at];
      if (letter === '^' || letter === '$') {
        text += letter;
        at += 1;
        if ('*+?{'.includes(characters[at] ?? ' ')) refuse('The beginning and the end cannot be repeated.');
        continue;
      }
      const piece = atom(depth);
      const repeat = quantifier();
      text += piece.text + (repeat?.text ?? '');
      if (repeat !== null) {
        if (piece.isGroup) isAmbiguous = true;
        if ('*+?{'.includes(characters[at] ?? ' '))
          refuse('One sign of repetition at a time; “as few as possible” (*?) is not understood.');
      }
      weight += piece.weight * (repeat?.most ?? 1);
      if (weight > 1000) refuse('This repeats too much; use smaller counts.');
    }
    return { text, weight };
  }

  function alternatives(depth: number): { text: string; weight: number } {
    const first = sequence(depth);
    let { text, weight } = first;
    while (characters[at] === '|') {
      isAmbiguous = true;
      if (text === '' || text.endsWith('|')) refuse('There is nothing on one side of |.');
      at += 1;
      const next = sequence(depth);
      if (next.text === '') refuse('There is nothing on one side of |.');
      text += `|${next.text}`;
      weight += next.weight;
    }
    return { text, weight };
  }

  const whole = alternatives(0);
  if (at < characters.length) refuse('This bracket was never opened; for the character itself write \\).');
  if (whole.text === '') refuse('The pattern is empty.');
  return { pattern: whole.text, groups, isAmbiguous };
}

/**
 * A person's regular expression in the subset that all engines read alike: characters, `.`, `[a-z]`, `\d \w \s`,
 * `( ) | ^ $` and `* + ? {2,4}`. Without lookaround, back references and lazy repetition, on which they differ.
 *
 * @example portablePattern('\\d{2}') // {pattern: '[0-9]{2}', groups: 0, isAmbiguous: false}
 */
export function portablePattern(pattern: string, ignoreCase = false): PortablePattern {
  if (pattern.length > 500) return { message: 'Use at most 500 characters.', position: 500 };
  try {
    const made = translate(Array.from(pattern.toWellFormed().replaceAll('\u0000', '\uFFFD')));
    return { ...made, pattern: `${ignoreCase ? '(?i)' : ''}${made.pattern}` };
  } catch (error) {
    if (error instanceof Refusal) return { message: error.message, position: error.position };
    throw error;
  }
}

/** Text in which nothing is a special character of a pattern. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}
