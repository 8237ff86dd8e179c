/** Organizations, users, roles, sessions and the audit log. */
export { actorOf, authenticate, type Authenticated } from './authenticate.ts';
export { recordAudit, type AuditAction } from './audit.ts';
export { bearerToken } from './bearer-token.ts';
export { createOrganization, type CreatedOrganization } from './create-organization.ts';
export { createSystemUser } from './create-system-user.ts';
export { forgetOldSessions } from './forget-old-sessions.ts';
export { may, permissionsOf, requirePermission } from './policy.ts';
export { isOwnOrigin } from './refresh-cookie.ts';
export { registerAccountRoutes } from './routes.ts';
export { SESSION_ENDED_CHANNEL } from './sessions.ts';
