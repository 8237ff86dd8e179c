import {
  arithmetic,
  call,
  caseWhen,
  castTo,
  compare,
  emptyOf,
  integerLiteral,
  isNull,
  textFunction,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { portablePattern } from '../portable-pattern.ts';
import { FormulaError } from './formula-error.ts';
import { operand, type FormulaFunction } from './formula-function.ts';
import {
  asInteger,
  asText,
  constantInteger,
  constantText,
  written,
  type FormulaValue,
} from './formula-value.ts';

const group = 'Text' as const;

const one = (name: 'trim' | 'upper' | 'lower' | 'title') => (operands: readonly FormulaValue[]) =>
  textFunction(name, asText(operand(operands, 0)));

const plus = (left: Expression, right: Expression): Expression =>
  castTo('integer', arithmetic('+', left, right));

/** Where a text begins in another, or empty: a number that is not there is no 0. */
function found(position: Expression): Expression {
  return caseWhen(
    'integer',
    [{ when: compare('>', position, integerLiteral(0)), result: position }],
    emptyOf('integer'),
  );
}

function matches(mode: 'contains' | 'starts_with' | 'ends_with') {
  return (operands: readonly FormulaValue[]): Expression => ({
    kind: 'text_match',
    type: 'boolean',
    mode,
    operand: asText(operand(operands, 0)),
    text: constantText(operand(operands, 1), 'The text to look for'),
  });
}

function patternOf(value: FormulaValue): {
  readonly pattern: Expression;
  readonly groups: number;
  readonly isAmbiguous: boolean;
} {
  const made = portablePattern(constantText(value, 'The pattern'));
  if ('message' in made) throw new FormulaError(made.message, value.at + made.position + 1);
  return { ...made, pattern: textLiteral(made.pattern) };
}

/** `$1` or `\1` for a group; everything else in a replacement is itself. */
function replacement(text: string, groups: number): string {
  return text
    .split(/([$\\][1-9])/)
    .map((piece) =>
      /^[$\\][1-9]$/.test(piece) && Number(piece.slice(1)) <= groups
        ? `\\${piece.slice(1)}`
        : piece.replaceAll('\\', '\\\\'),
    )
    .join('');
}

export const textFunctions: readonly FormulaFunction[] = [
  {
    name: 'TRIM',
    group,
    signature: 'TRIM(text)',
    help: 'Without the spaces before and after.',
    example: 'TRIM([Name])',
    least: 1,
    most: 1,
    build: one('trim'),
  },
  {
    name: 'CLEAN',
    group,
    signature: 'CLEAN(text)',
    help: 'Without characters that cannot be seen, such as line breaks.',
    example: 'CLEAN([Notes])',
    least: 1,
    most: 1,
    build: (operands) =>
      call(
        'text',
        'regex_replace',
        asText(operand(operands, 0)),
        textLiteral('[\u0001-\u001f\u007f]'),
        textLiteral(''),
      ),
  },
  {
    name: 'UPPER',
    group,
    signature: 'UPPER(text)',
    help: 'In capital letters.',
    example: 'UPPER([Code])',
    least: 1,
    most: 1,
    build: one('upper'),
  },
  {
    name: 'LOWER',
    group,
    signature: 'LOWER(text)',
    help: 'In small letters.',
    example: 'LOWER([Email])',
    least: 1,
    most: 1,
    build: one('lower'),
  },
  {
    name: 'PROPER',
    group,
    signature: 'PROPER(text)',
    help: 'Each word with a capital first letter.',
    example: 'PROPER([Name])',
    least: 1,
    most: 1,
    build: one('title'),
  },
  {
    name: 'LEFT',
    group,
    signature: 'LEFT(text, [count])',
    help: 'The first characters; one without a count.',
    example: 'LEFT([Code], 3)',
    least: 1,
    most: 2,
    build: (operands) =>
      call(
        'text',
        'left',
        asText(operand(operands, 0)),
        operands.length > 1 ? asInteger(operand(operands, 1)) : integerLiteral(1),
      ),
  },
  {
    name: 'RIGHT',
    group,
    signature: 'RIGHT(text, [count])',
    help: 'The last characters; one without a count.',
    example: 'RIGHT([Phone], 4)',
    least: 1,
    most: 2,
    build: (operands) =>
      call(
        'text',
        'right',
        asText(operand(operands, 0)),
        operands.length > 1 ? asInteger(operand(operands, 1)) : integerLiteral(1),
      ),
  },
  {
    name: 'MID',
    group,
    signature: 'MID(text, start, count)',
    help: 'Some characters from a place on; the first is 1.',
    example: 'MID([Code], 4, 2)',
    least: 3,
    most: 3,
    build: (operands) =>
      call(
        'text',
        'substring',
        asText(operand(operands, 0)),
        asInteger(operand(operands, 1)),
        asInteger(operand(operands, 2)),
      ),
  },
  {
    name: 'LEN',
    group,
    signature: 'LEN(text)',
    help: 'How many characters.',
    example: 'LEN([Phone])',
    least: 1,
    most: 1,
    build: (operands) => call('integer', 'length', written(operand(operands, 0))),
  },
  {
    name: 'FIND',
    group,
    signature: 'FIND(what, text)',
    help: 'Where a text begins in another, from 1; empty when it is not there. Capital letters count.',
    example: 'FIND("-", [Code])',
    least: 2,
    most: 2,
    build: (operands) =>
      found(call('integer', 'position', asText(operand(operands, 1)), asText(operand(operands, 0)))),
  },
  {
    name: 'SEARCH',
    group,
    signature: 'SEARCH(what, text)',
    help: 'Like FIND, whatever the capital letters.',
    example: 'SEARCH("pune", [Address])',
    least: 2,
    most: 2,
    build: (operands) =>
      found(
        call(
          'integer',
          'position',
          textFunction('lower', asText(operand(operands, 1))),
          textFunction('lower', asText(operand(operands, 0))),
        ),
      ),
  },
  {
    name: 'EXACT',
    group,
    signature: 'EXACT(text, text)',
    help: 'Whether two texts are the same to the letter; empty cells are the same as one another.',
    example: 'EXACT([First], [Last])',
    least: 2,
    most: 2,
    build: (operands) => {
      const [a, b] = [0, 1].map((index) =>
        call('text', 'coalesce', written(operand(operands, index)), textLiteral('')),
      );
      return compare('=', a ?? textLiteral(''), b ?? textLiteral(''));
    },
  },
  {
    name: 'CONTAINS',
    group,
    signature: 'CONTAINS(text, what)',
    help: 'Whether a text occurs in another, whatever the capital letters.',
    example: 'CONTAINS([Notes], "urgent")',
    least: 2,
    most: 2,
    build: matches('contains'),
  },
  {
    name: 'STARTSWITH',
    group,
    signature: 'STARTSWITH(text, what)',
    help: 'Whether a text begins with another, whatever the capital letters.',
    example: 'STARTSWITH([Code], "MH")',
    least: 2,
    most: 2,
    build: matches('starts_with'),
  },
  {
    name: 'ENDSWITH',
    group,
    signature: 'ENDSWITH(text, what)',
    help: 'Whether a text ends with another, whatever the capital letters.',
    example: 'ENDSWITH([Email], ".org")',
    least: 2,
    most: 2,
    build: matches('ends_with'),
  },
  {
    name: 'SUBSTITUTE',
    group,
    signature: 'SUBSTITUTE(text, old, new)',
    help: 'Replaces a text wherever it occurs.',
    example: 'SUBSTITUTE([Phone], "-", "")',
    least: 3,
    most: 3,
    build: (operands) =>
      call(
        'text',
        'replace',
        asText(operand(operands, 0)),
        asText(operand(operands, 1)),
        asText(operand(operands, 2)),
      ),
  },
  {
    name: 'REPLACE',
    group,
    signature: 'REPLACE(text, start, count, new)',
    help: 'Replaces some characters from a place on.',
    example: 'REPLACE([Phone], 1, 2, "+91")',
    least: 4,
    most: 4,
    build(operands) {
      const text = asText(operand(operands, 0));
      const [start, count] = [asInteger(operand(operands, 1)), asInteger(operand(operands, 2))];
      const replaced = call(
        'text',
        'join_texts',
        call('text', 'left', text, plus(start, integerLiteral(-1))),
        asText(operand(operands, 3)),
        call('text', 'substring', text, plus(start, count), integerLiteral(100_000_000)),
      );
      // Joining would make something of nothing.
      return caseWhen('text', [{ when: isNull(text), result: emptyOf('text') }], replaced);
    },
  },
  {
    name: 'CONCAT',
    group,
    signature: 'CONCAT(value, …)',
    help: 'Joins values, like &. Empty cells add nothing.',
    example: 'CONCAT([First], " ", [Last])',
    least: 1,
    most: 100,
    build: (operands) => call('text', 'join_texts', ...operands.map(written)),
  },
  {
    name: 'TEXTJOIN',
    group,
    signature: 'TEXTJOIN(separator, value, …)',
    help: 'Joins values with a separator, and leaves out empty ones.',
    example: 'TEXTJOIN(", ", [Village], [District])',
    least: 2,
    most: 100,
    build: (operands) => ({
      kind: 'concat',
      type: 'text',
      operands: operands.slice(1).map(written),
      separator: constantText(operand(operands, 0), 'The separator'),
    }),
  },
  {
    name: 'SPLIT',
    group,
    signature: 'SPLIT(text, separator, number)',
    help: 'One part of a text that is cut at a separator; the first is 1.',
    example: 'SPLIT([Name], " ", 1)',
    least: 3,
    most: 3,
    build(operands) {
      const separator = constantText(operand(operands, 1), 'The separator');
      if (separator === '') throw new FormulaError('The separator is empty.', operand(operands, 1).at);
      return call(
        'text',
        'split_part',
        asText(operand(operands, 0)),
        textLiteral(separator),
        integerLiteral(constantInteger(operand(operands, 2), 'The number of the part', 1, 10_000)),
      );
    },
  },
  {
    name: 'REGEXMATCH',
    group,
    signature: 'REGEXMATCH(text, pattern)',
    help: 'Whether a pattern occurs in a text.',
    example: 'REGEXMATCH([Phone], "^\\d{10}$")',
    least: 2,
    most: 2,
    build: (operands) =>
      call('boolean', 'regex_match', asText(operand(operands, 0)), patternOf(operand(operands, 1)).pattern),
  },
  {
    name: 'REGEXEXTRACT',
    group,
    signature: 'REGEXEXTRACT(text, pattern)',
    help: 'What a pattern finds first: its first group in brackets, or all of it. Empty when it finds nothing.',
    example: 'REGEXEXTRACT([Address], "(\\d{6})")',
    least: 2,
    most: 2,
    build(operands) {
      const { pattern, groups, isAmbiguous } = patternOf(operand(operands, 1));
      if (isAmbiguous)
        throw new FormulaError(
          'To take text out, use a pattern without | and without repeated brackets.',
          operand(operands, 1).at,
        );
      return call(
        'text',
        'regex_extract',
        asText(operand(operands, 0)),
        pattern,
        integerLiteral(groups > 0 ? 1 : 0),
      );
    },
  },
  {
    name: 'REGEXREPLACE',
    group,
    signature: 'REGEXREPLACE(text, pattern, new)',
    help: 'Replaces what a pattern finds, everywhere; $1 is its first group.',
    example: 'REGEXREPLACE([Phone], "\\D", "")',
    least: 3,
    most: 3,
    build(operands) {
      const { pattern, groups, isAmbiguous } = patternOf(operand(operands, 1));
      if (isAmbiguous)
        throw new FormulaError(
          'To replace, use a pattern without | and without repeated brackets.',
          operand(operands, 1).at,
        );
      const text = constantText(operand(operands, 2), 'The replacement');
      return call(
        'text',
        'regex_replace',
        asText(operand(operands, 0)),
        pattern,
        textLiteral(replacement(text, groups)),
      );
    },
  },
];
