import { affectedWords, shorten, SHOWN_IN_CHAT, subjectOf, timesWords, type Message } from './message.ts';

/** Slack reads these three as markup, and mentions begin with `<`. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const marks = {
  error: ':red_circle:',
  warning: ':large_orange_circle:',
  info: ':large_green_circle:',
} as const;

/** Body for an incoming webhook of Slack, or of what understands the same (Mattermost, Rocket.Chat). */
export function renderSlack(message: Message): unknown {
  const shown = message.items.slice(0, SHOWN_IN_CHAT);
  const more = message.items.length - shown.length;
  const section = (text: string) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: shorten(text, 2900) },
  });
  return {
    // What a phone shows before anything is opened.
    text: slackText(shorten(`${subjectOf(message)} – ${message.organization.name}`, 500)),
    blocks: [
      ...shown.map((item) => {
        const affected = affectedWords(item);
        return section(
          [
            `${marks[item.severity]} *<${item.url}|${slackText(shorten(item.title, 300))}>*${timesWords(item)}`,
            slackText(shorten(item.reason, 1000)),
            ...(affected === null ? [] : [`*Not up to date:* ${slackText(shorten(affected, 600))}`]),
            `*What to do:* ${slackText(shorten(item.advice, 600))}`,
          ].join('\n'),
        );
      }),
      ...(more > 0 ? [section(`and ${more} more`)] : []),
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: `${slackText(shorten(message.organization.name, 200))} · <${message.settingsUrl}|settings>`,
          },
        ],
      },
    ],
  };
}

/** Discord's markup, made plain. Mentions are switched off for the whole message besides. */
function discordText(text: string): string {
  return text.replaceAll(/[\\*_~`|>[\]<#@]/g, String.raw`\$&`);
}

const colours = { error: 0xb42318, warning: 0xf79009, info: 0x12b76a } as const;

/** Body for a webhook of Discord: at most ten embeds, 6,000 characters in all. */
export function renderDiscord(message: Message): unknown {
  const shown = message.items.slice(0, SHOWN_IN_CHAT);
  const more = message.items.length - shown.length;
  return {
    content: shorten(
      `${discordText(subjectOf(message))} – ${discordText(message.organization.name)}${more > 0 ? ` (and ${more} more)` : ''}`,
      1900,
    ),
    embeds: shown.map((item) => {
      const affected = affectedWords(item);
      return {
        title: shorten(`${item.title}${timesWords(item)}`, 100),
        url: item.url,
        color: colours[item.severity],
        timestamp: item.at,
        description: shorten(
          [
            discordText(shorten(item.reason, 200)),
            ...(affected === null ? [] : [`**Not up to date:** ${discordText(shorten(affected, 120))}`]),
            `**What to do:** ${discordText(shorten(item.advice, 150))}`,
          ].join('\n'),
          480,
        ),
      };
    }),
    allowed_mentions: { parse: [] },
  };
}
