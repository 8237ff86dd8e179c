import type { RecipeStep } from '#contracts/recipe';
import {
  arithmetic,
  call,
  caseWhen,
  castTo,
  columnOf,
  compare,
  emptyOf,
  integerLiteral,
  textLiteral,
  type Expression,
} from '../expression.ts';
import { portablePattern } from '../portable-pattern.ts';
import { addColumn } from '../project-columns.ts';
import type { StepContext, StepResult } from '../step-context.ts';
import { typeWords } from '../type-words.ts';

type Step = Extract<RecipeStep, { type: 'extract_text' }>;

const whole = (decimal: Expression): Expression => castTo('integer', decimal);
const position = (text: Expression, part: string): Expression =>
  call('integer', 'position', text, textLiteral(part));

/** The text up to where a part first occurs; NULL where it does not. */
export function textBefore(text: Expression, part: string): Expression {
  const at = position(text, part);
  return caseWhen(
    'text',
    [
      {
        when: compare('>', at, integerLiteral(0)),
        result: call('text', 'left', text, whole(arithmetic('-', at, integerLiteral(1)))),
      },
    ],
    emptyOf('text'),
  );
}

/** The text behind the place where a part first occurs; NULL where it does not. */
export function textAfter(text: Expression, part: string): Expression {
  const at = position(text, part);
  return caseWhen(
    'text',
    [
      {
        when: compare('>', at, integerLiteral(0)),
        result: call(
          'text',
          'substring',
          text,
          whole(arithmetic('+', at, integerLiteral(Array.from(part).length))),
          integerLiteral(100_000_000),
        ),
      },
    ],
    emptyOf('text'),
  );
}

function expressionOf(step: Step, text: Expression, context: StepContext): Expression | undefined {
  switch (step.method) {
    case 'before':
      return textBefore(text, step.text);
    case 'after':
      return textAfter(text, step.text);
    case 'between':
      return textBefore(textAfter(text, step.from), step.to);
    case 'first':
      return call('text', 'left', text, integerLiteral(step.count));
    case 'last':
      return call('text', 'right', text, integerLiteral(step.count));
    case 'digits': {
      const digits = call('text', 'regex_replace', text, textLiteral('[^0-9]+'), textLiteral(''));
      return caseWhen(
        'text',
        [{ when: compare('=', digits, textLiteral('')), result: emptyOf('text') }],
        digits,
      );
    }
    case 'number':
      return castTo(
        'decimal',
        call(
          'text',
          'regex_extract',
          call('text', 'regex_replace', text, textLiteral('([0-9]),([0-9])'), textLiteral('\\1\\2')),
          textLiteral('[+-]?[0-9]{1,28}([.][0-9]+)?'),
          integerLiteral(0),
        ),
      );
    case 'pattern': {
      const made = portablePattern(step.pattern, step.ignore_case === true);
      if ('message' in made) {
        context.report('pattern', `${made.message} (character ${made.position + 1})`);
        return undefined;
      }
      if (made.isAmbiguous) {
        context.report(
          'pattern',
          'To take text out, use a pattern without | and without repeated brackets: which piece is meant would not be the same everywhere.',
        );
        return undefined;
      }
      return call(
        'text',
        'regex_extract',
        text,
        textLiteral(made.pattern),
        integerLiteral(made.groups > 0 ? 1 : 0),
      );
    }
  }
}

export function planExtractText(step: Step, context: StepContext): StepResult {
  const column = context.column('column', step.column);
  if (column !== undefined && column.type !== 'text') {
    context.report(
      'column',
      `“${column.displayName}” holds ${typeWords[column.type]}; text can only be taken out of text. Change its type to text first.`,
    );
  }
  const expression = column?.type === 'text' ? expressionOf(step, columnOf(column), context) : undefined;
  const type = step.method === 'number' ? ('decimal' as const) : ('text' as const);
  return addColumn(context, { field: 'name', name: step.name, type }, expression);
}
