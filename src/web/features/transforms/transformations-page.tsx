'use client';

export function TransformationsPage() {
  return <h1 className="p-6 text-xl font-semibold">Transformations</h1>;
}
