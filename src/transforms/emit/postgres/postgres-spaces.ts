import { WHITE_SPACE } from '../../plan/white-space.ts';

function unicodeEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** White space inside of E'' and of a bracket expression. */
export const POSTGRES_SPACES = WHITE_SPACE.map((code) => (code === 0x20 ? ' ' : unicodeEscape(code))).join(
  '',
);
