import type { Role } from '#contracts/accounts';
import type { OrganizationId, UserId } from './ids.ts';

/** Who acts, in which organization. The second argument of every command. */
export interface Actor {
  readonly organizationId: OrganizationId;
  /** null: the program itself (a schedule). */
  readonly userId: UserId | null;
  readonly role: Role;
}
