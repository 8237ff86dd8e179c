'use client';

import { CircleCheck } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { finishGoogleSignIn, type GoogleConnection } from '#contracts/google';
import { call, refreshSession } from '../../api.ts';
import { chooseOrganization } from '../../session.ts';
import { ErrorState } from '../../ui/states.tsx';
import { AuthFrame } from '../accounts/auth-frame.tsx';
import { announceSignIn } from './sign-in-channel.ts';

/** Where Google leads back to: finishes the sign-in, tells the page that waits, and closes itself. */
export function GoogleReturn() {
  const params = useSearchParams();
  const isBegun = useRef(false);
  const [connection, setConnection] = useState<GoogleConnection>();
  const [failure, setFailure] = useState<unknown>();

  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    const [state, code, refusal] = [params.get('state'), params.get('code'), params.get('error')];
    // The code must not stay in the history.
    window.history.replaceState(null, '', window.location.pathname);
    async function finish() {
      if (refusal !== null || state === null || code === null) {
        throw new Error('Google was not allowed to share your spreadsheets. Nothing was changed.');
      }
      chooseOrganization(state.split('.')[0]);
      await refreshSession();
      const made = await call(finishGoogleSignIn, { body: { state, code } });
      setConnection(made);
      announceSignIn(made);
      // A browser that does not let it leaves the words below.
      window.close();
    }
    finish().catch(setFailure);
  }, [params]);

  return (
    <AuthFrame title="Sign in with Google">
      {failure === undefined ? (
        <p role="status" className="flex gap-2">
          {connection ? (
            <>
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
              <span>
                Signed in as <bdi>{connection.account}</bdi>. You can close this window.
              </span>
            </>
          ) : (
            'Finishing…'
          )}
        </p>
      ) : (
        <ErrorState title="Signing in did not work" error={failure} />
      )}
    </AuthFrame>
  );
}
