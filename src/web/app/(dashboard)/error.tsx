'use client';

/** Inside the shell, so that the menu stays when one page fails. */
export { default } from '../error.tsx';
