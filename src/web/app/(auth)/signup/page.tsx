import type { Metadata } from 'next';
import { SignupPage } from '../../../features/accounts/signup-page.tsx';

export const metadata: Metadata = { title: 'Create an organization' };

export default function Page() {
  return <SignupPage />;
}
