import { affectedWords, subjectOf, timesWords, type Message, type MessageItem } from './message.ts';

export interface RenderedEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function asText(item: MessageItem): string {
  const affected = affectedWords(item);
  return [
    `${item.title}${timesWords(item)}`,
    `When: ${item.atWords}`,
    `Why: ${item.reason}`,
    ...(affected === null ? [] : [`Not up to date: ${affected}`]),
    `What to do: ${item.advice}`,
    item.url,
  ].join('\n');
}

const colours = { error: '#b42318', warning: '#b54708', info: '#067647' } as const;

function asHtml(item: MessageItem): string {
  const affected = affectedWords(item);
  const line = (label: string, text: string) =>
    `<p style="margin:4px 0"><strong>${label}</strong> ${escape(text)}</p>`;
  return `<div dir="auto" style="border-left:4px solid ${colours[item.severity]};padding:4px 0 4px 12px;margin:0 0 20px">
<p style="margin:0 0 6px;font-size:17px"><a href="${escape(item.url)}" style="color:#101828">${escape(item.title + timesWords(item))}</a></p>
<p style="margin:4px 0;color:#667085">${escape(item.atWords)}</p>
${line('Why:', item.reason)}
${affected === null ? '' : line('Not up to date:', affected)}
${line('What to do:', item.advice)}
</div>`;
}

/** An e-mail that can be read without pictures, styles or a browser. */
export function renderEmail(message: Message): RenderedEmail {
  const subject = `${subjectOf(message)} – ${message.organization.name}`;
  const footer = `You get this because you are in “${message.organization.name}” on Dalgo Lite. What you hear of:`;
  return {
    subject,
    text: `${message.items.map(asText).join('\n\n')}\n\n-- \n${footer} ${message.settingsUrl}\n`,
    html: `<!doctype html><html><body style="font-family:system-ui,sans-serif;font-size:15px;line-height:1.45;color:#101828;max-width:640px">
${message.items.map(asHtml).join('\n')}
<p style="color:#667085;font-size:13px">${escape(footer)} <a href="${escape(message.settingsUrl)}">notification settings</a></p>
</body></html>`,
  };
}
