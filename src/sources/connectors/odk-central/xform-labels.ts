import { Readable } from 'node:stream';
import { AppError } from '#platform/errors';
import { attribute, decodeXml, readXml } from '../../files/xlsx/xml-tokens.ts';
import { plainLabel } from '../../forms/form-definition.ts';

/** What people read in a form. Keys are paths of questions and groups without the form's own name: `/group/question`. */
export interface XformLabels {
  readonly labels: ReadonlyMap<string, string>;
  readonly choices: ReadonlyMap<string, readonly { readonly name: string; readonly label: string }[]>;
}

interface XmlNode {
  readonly name: string;
  readonly tag: string;
  readonly children: XmlNode[];
  text: string;
}

/**
 * Reads the labels of questions, groups and choices out of an XForm (getodk.github.io/xforms-spec).
 *
 * @param language of its translations; the default one when it is absent or unknown.
 * @throws AppError source_unexpected_answer
 */
export async function readXformLabels(xml: string, language: string | undefined): Promise<XformLabels> {
  const root = await parse(xml);
  const translation = translationOf(root, language);
  const labels = new Map<string, string>();
  const choices = new Map<string, { name: string; label: string }[]>();
  const lists = choiceLists(root, translation);
  const textOf = (label: XmlNode | undefined): string => {
    if (label === undefined) return '';
    const id = /^jr:itext\('(.*)'\)$/.exec(attribute(label.tag, 'ref') ?? '')?.[1];
    return plainLabel(id === undefined ? textWithin(label) : (translation.get(id) ?? ''));
  };
  const body = findAll(root, 'body')[0];
  const visit = (node: XmlNode): void => {
    const path = pathOf(attribute(node.tag, 'ref') ?? attribute(node.tag, 'nodeset'));
    if (path !== undefined) {
      const label = textOf(node.children.find(({ name }) => name === 'label'));
      if (label !== '') labels.set(path, label);
      const items = node.children.filter(({ name }) => name === 'item');
      const itemset = node.children.find(({ name }) => name === 'itemset');
      const list = /^instance\('([^']*)'\)/.exec(attribute(itemset?.tag ?? '', 'nodeset') ?? '')?.[1];
      const offered =
        list === undefined
          ? items.map((item) => ({
              name: childText(item, 'value'),
              label: textOf(item.children.find(({ name }) => name === 'label')),
            }))
          : (lists.get(list) ?? []);
      if (offered.length > 0) {
        choices.set(
          path,
          offered
            .filter(({ name }) => name !== '')
            .map(({ name, label: own }) => ({ name, label: own || name })),
        );
      }
    }
    for (const child of node.children) visit(child);
  };
  if (body !== undefined) visit(body);
  return { labels, choices };
}

async function parse(xml: string): Promise<XmlNode> {
  const root: XmlNode = { name: '', tag: '', children: [], text: '' };
  const open = [root];
  try {
    await readXml(Readable.from([Buffer.from(xml)]), {
      open: (name, tag) => {
        const node: XmlNode = { name, tag, children: [], text: '' };
        (open.at(-1) ?? root).children.push(node);
        open.push(node);
      },
      close: () => {
        if (open.length > 1) open.pop();
      },
      text: (text) => {
        const node = open.at(-1);
        if (node !== undefined) node.text += decodeXml(text);
      },
    });
  } catch (error) {
    throw new AppError('source_unexpected_answer', 'The definition of the form cannot be read.', {
      cause: error,
    });
  }
  return root;
}

/** Texts by their id, in one language. */
function translationOf(root: XmlNode, language: string | undefined): ReadonlyMap<string, string> {
  const all = findAll(root, 'translation');
  const chosen =
    all.find(({ tag }) => language !== undefined && attribute(tag, 'lang') === language) ??
    all.find(({ tag }) => attribute(tag, 'default') !== undefined) ??
    all[0];
  return new Map(
    (chosen?.children ?? []).flatMap((text) => {
      const id = attribute(text.tag, 'id');
      const value = text.children.find(
        ({ name, tag }) => name === 'value' && attribute(tag, 'form') === undefined,
      );
      return id === undefined || value === undefined ? [] : [[id, textWithin(value)]];
    }),
  );
}

/** Choices that stand in lists of their own, by the name of the list. */
function choiceLists(root: XmlNode, translation: ReadonlyMap<string, string>) {
  return new Map(
    findAll(root, 'instance').flatMap((instance) => {
      const id = attribute(instance.tag, 'id');
      if (id === undefined) return [];
      const items = findAll(instance, 'item').map((item) => ({
        name: childText(item, 'name'),
        label: plainLabel(translation.get(childText(item, 'itextId')) ?? childText(item, 'label')),
      }));
      return [[id, items] as const];
    }),
  );
}

function findAll(node: XmlNode, name: string): XmlNode[] {
  return node.children.flatMap((child) => (child.name === name ? [child] : findAll(child, name)));
}

function childText(node: XmlNode, name: string): string {
  const child = node.children.find((each) => each.name === name);
  return child === undefined ? '' : textWithin(child).trim();
}

/** References to other answers stand in elements of their own and are left out. */
function textWithin(node: XmlNode): string {
  return node.children.length === 0
    ? node.text
    : `${node.text} ${node.children.map((child) => textWithin(child)).join(' ')}`;
}

/** `/data/group/question` without the form's own name. */
function pathOf(reference: string | undefined): string | undefined {
  return /^\/[^/]+(\/.+)$/.exec(reference ?? '')?.[1];
}
