import type { Role } from '#contracts/accounts';
import type { ApiKeyId, OrganizationId, UserId } from './ids.ts';

/** Who acts, in which organization. The second argument of every command. */
export interface Actor {
  readonly organizationId: OrganizationId;
  /** null: no person, but the program itself (a schedule) or a key of the organization. */
  readonly userId: UserId | null;
  readonly role: Role;
  /** The API key by which it asks. */
  readonly apiKeyId?: ApiKeyId;
}
