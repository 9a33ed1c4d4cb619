import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SmsError } from '../errors.js';
import { parseTemplate } from './template.js';

const render = (text: string, values: Record<string, string> = {}): string =>
  parseTemplate(text).render((name) => values[name]);
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SmsError) return error.code;
    throw error;
  }
  return 'not refused';
};

describe('parseTemplate', () => {
  it('fills in values, and defaults where there is none', () => {
    assert.equal(render('Habari {{first_name}}!', { first_name: 'Asha' }), 'Habari Asha!');
    assert.equal(render('Habari {{ first_name | default : "rafiki" }}', {}), 'Habari rafiki');
    assert.equal(render('{{a|default:“ndugu”}}{{a|default:""}}'), 'ndugu');
    assert.equal(render('{{a}}{{a}} {{b c}}', { a: 'x', 'b c': 'y' }), 'xx y');
  });

  it('takes an empty value for a missing one', () => {
    assert.equal(render('{{a|default:"d"}}', { a: '' }), 'd');
    assert.equal(
      codeOf(() => render('{{a}}', { a: '' })),
      'template_variable_missing',
    );
  });

  it('names what it asks for', () => {
    assert.deepEqual(parseTemplate('{{a}} {{b|default:"x"}} {{a}}').variables, ['a', 'b']);
    assert.deepEqual(parseTemplate('bei {1,000}/=').variables, []);
  });

  const broken = [
    '{{',
    '{{a',
    '{{}}',
    '{{a|upper}}',
    '{{a|default:x}}',
    '{{a|default:"x"|default:"y"}}',
    '{{a{{b}}',
    '{{<a>}}',
  ];
  for (const text of broken) {
    it(`refuses ${text}`, () =>
      assert.equal(
        codeOf(() => parseTemplate(text)),
        'invalid_request',
      ));
  }

  const name = fc.stringMatching(/^[a-z][a-z_]{0,10}$/);
  const plain = fc.string().map((text) => text.replaceAll('{{', '{ {').replace(/\{$/, ''));
  const place = fc.record({ name, fallback: fc.option(fc.stringMatching(/^[^"{}]{0,10}$/), { nil: undefined }) });
  const piece = fc.oneof(plain, place);

  it('is the pieces it is made of, whatever they are, and reads nothing in what it is filled with', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.dictionary(name, fc.string()), (pieces, values) => {
        const text = pieces
          .map((one) => {
            if (typeof one === 'string') return one;
            return `{{${one.name}${one.fallback === undefined ? '' : `|default:"${one.fallback}"`}}}`;
          })
          .join('');
        const value = (one: string): string | undefined => (Object.hasOwn(values, one) ? values[one] : undefined);
        const missing = pieces.some((one) => typeof one !== 'string' && !value(one.name) && one.fallback === undefined);
        const template = parseTemplate(text);
        if (missing) {
          assert.equal(
            codeOf(() => template.render(value)),
            'template_variable_missing',
          );
          return;
        }
        const expected = pieces
          .map((one) => (typeof one === 'string' ? one : value(one.name) ? value(one.name) : one.fallback))
          .join('');
        assert.equal(template.render(value), expected);
      }),
    );
  });

  it('reads or refuses any text in a clear way', () => {
    const texts = fc.array(fc.constantFrom('{', '{{', '}', '}}', '|', 'default:', '"', 'a', ' ', '“'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(texts, (parts) => {
        const code = codeOf(() => parseTemplate(parts.join('')));
        assert.ok(['not refused', 'invalid_request'].includes(code), code);
      }),
    );
  });
});
