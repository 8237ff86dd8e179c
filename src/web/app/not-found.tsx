import { LinkButton } from '../ui/button.tsx';

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 px-4">
      <h1 className="text-xl font-semibold">This page does not exist</h1>
      <p className="text-muted">The address may be mistyped, or what was here has been deleted.</p>
      <LinkButton href="/" variant="primary">
        Go home
      </LinkButton>
    </main>
  );
}
