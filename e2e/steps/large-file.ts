/**
 * A CSV file large enough that its load takes seconds, the same each time.
 *
 * @returns its bytes, and the sum of `amount` by `district`
 */
export function largeFile(rows: number): {
  readonly content: Buffer;
  readonly amountByDistrict: ReadonlyMap<string, number>;
} {
  const districts = ['Nairobi', 'Kisumu', 'Mombasa', 'Nakuru', 'Eldoret', 'Thika', 'Garissa'];
  const amountByDistrict = new Map<string, number>();
  const lines = ['id,district,visited_on,amount,is_paid,note'];
  for (let id = 1; id <= rows; id += 1) {
    const district = districts[(id * 31) % districts.length] ?? '';
    const amount = (id * 7919) % 10_007;
    const day = String((id % 28) + 1).padStart(2, '0');
    amountByDistrict.set(district, (amountByDistrict.get(district) ?? 0) + amount);
    lines.push(`${id},${district},2025-03-${day},${amount},${id % 3 === 0},"visit ${id}, by the team"`);
  }
  return { content: Buffer.from(`${lines.join('\n')}\n`), amountByDistrict };
}
