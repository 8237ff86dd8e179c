import { create } from 'zustand';
import type { Me, Organization, Permission, User } from '#contracts/accounts';

/**
 * Who is logged in. The access token lives here, in memory, and nowhere else: a reload gets a new one with the refresh
 * cookie, and a script that reads storage finds nothing.
 */
interface SessionState {
  /** `unknown` until the refresh cookie was tried once after a load of the page. */
  readonly status: 'unknown' | 'in' | 'out';
  readonly accessToken: string | undefined;
  readonly user: User | undefined;
  readonly organization: Organization | undefined;
  readonly me: Me | undefined;
  /** Organization that the person chose in the switcher; sent as `X-Dalgo-Org`. */
  readonly chosenOrganizationId: string | undefined;
}

/** Where the tab remembers which organization was chosen. */
const organizationKey = 'dalgo_organization';

const loggedOut: SessionState = {
  status: 'out',
  accessToken: undefined,
  user: undefined,
  organization: undefined,
  me: undefined,
  chosenOrganizationId: undefined,
};

export const useSession = create<SessionState>()(() => ({
  ...loggedOut,
  status: 'unknown',
  chosenOrganizationId: rememberedOrganization(),
}));

export function startSession(session: {
  readonly access_token: string;
  readonly user: User;
  readonly organization: Organization;
}): void {
  useSession.setState((state) => ({
    ...state,
    status: 'in',
    accessToken: session.access_token,
    user: session.user,
    // After a switch, a refreshed token still names the organization of the login; `me` knows the chosen one.
    organization: state.chosenOrganizationId ? state.organization : session.organization,
  }));
}

export function setMe(me: Me): void {
  useSession.setState({ me, user: me.user, organization: me.organization });
}

export function setOrganization(organization: Organization): void {
  useSession.setState((state) => ({
    organization,
    me: state.me ? { ...state.me, organization } : undefined,
  }));
}

/** undefined: the one that the session began in. */
export function chooseOrganization(id: string | undefined): void {
  rememberOrganization(id);
  useSession.setState({ chosenOrganizationId: id, me: undefined });
}

/** The choice holds for a tab and its reloads; two tabs may show two organizations. */
function rememberOrganization(id: string | undefined): void {
  try {
    if (id === undefined) sessionStorage.removeItem(organizationKey);
    else sessionStorage.setItem(organizationKey, id);
  } catch {
    // Storage is off in this browser: the choice holds until the page is loaded again.
  }
}

function rememberedOrganization(): string | undefined {
  try {
    return typeof sessionStorage === 'undefined'
      ? undefined
      : (sessionStorage.getItem(organizationKey) ?? undefined);
  } catch {
    return undefined;
  }
}

export function endSession(): void {
  rememberOrganization(undefined);
  useSession.setState(loggedOut);
}

/** Whether the person may do something, as far as the page knows; the server decides. */
export function usePermission(permission: Permission): boolean {
  return useSession((state) => state.me?.permissions.includes(permission) ?? false);
}
