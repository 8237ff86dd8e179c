'use client';

export function PipelinePage(_: { readonly id: string }) {
  return <h1 className="p-6 text-xl font-semibold">Pipeline</h1>;
}
