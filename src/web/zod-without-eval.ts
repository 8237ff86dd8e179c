import { config } from 'zod';

/*
 * zod compiles schemas with `new Function` where it may, and tries whether it may when the first schema is made. The
 * content security policy forbids it, and a browser reports even the try. So this is imported before any contract.
 */
config({ jitless: true });
