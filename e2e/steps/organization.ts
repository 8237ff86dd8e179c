import { randomUUID } from 'node:crypto';
import type { BrowserContext } from '@playwright/test';
import { signup } from '#contracts/accounts';
import { apiOf, type Api } from './api.ts';

export interface Member {
  readonly name: string;
  readonly organization: string;
  readonly email: string;
  readonly password: string;
}

/** A person whom the server does not know yet. */
export function newMember(): Member {
  const word = randomUUID().slice(0, 8);
  return {
    name: 'Asha Rao',
    organization: `Clean Water ${word}`,
    email: `asha.${word}@example.org`,
    password: 'seven rivers and a well',
  };
}

/** A new organization, with its owner logged in in this browser context; for tests that are not about signing up. */
export async function newOrganization(
  context: BrowserContext,
): Promise<{ readonly member: Member; readonly api: Api }> {
  const member = newMember();
  let token: string | undefined;
  const api = apiOf(context.request, () => token);
  const session = await api.call(signup, {
    body: {
      email: member.email,
      password: member.password,
      name: member.name,
      organization_name: member.organization,
      timezone: 'Asia/Kolkata',
      locale: 'en-IN',
    },
  });
  token = session.access_token;
  return { member, api };
}
