'use client';

export function EditorPage(_: { readonly id: string | null }) {
  return <h1 className="p-6 text-xl font-semibold">Transformation</h1>;
}
