import type { Row } from './measure.ts'

const octets = (n: number): string => (n > 0 ? n.toLocaleString('en') : '-')

/** A table of sizes for a README; with `describe` it also says what each import is. */
export function sizeTable(rows: Row[], describe: ((name: string) => string) | null): string {
  const head = describe ? ['import', 'what', 'raw', 'brotli', 'budget'] : ['import', 'raw', 'brotli', 'budget']
  const lines = [head, head.map(name => (name === 'import' || name === 'what' ? '---' : '---:'))]
  for (const { name, raw, brotli, budget } of rows)
    lines.push([`\`${name}\``, ...(describe ? [describe(name)] : []), octets(raw), octets(brotli), octets(budget)])
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
