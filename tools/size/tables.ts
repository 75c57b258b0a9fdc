// The size tables in README files, between <!-- sizes --> and <!-- /sizes -->: all rows at the root, its own in a package.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fill } from '../fill.ts'
import { packages, root } from '../sources.mjs'
import type { Row } from './index.ts'

const octets = (n: number): string => (n > 0 ? n.toLocaleString('en') : '-')

function table(rows: Row[], describe: ((name: string) => string) | null): string {
  const head = describe ? ['import', 'what', 'raw', 'brotli', 'budget'] : ['import', 'raw', 'brotli', 'budget']
  const lines = [head, head.map(name => (['import', 'what'].includes(name) ? '---' : '---:'))]
  for (const row of rows) {
    const numbers = [octets(row.raw), octets(row.brotli), octets(row.budget)]
    lines.push([`\`${row.name}\``, ...(describe ? [describe(row.name)] : []), ...numbers])
  }
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** Files whose table differed; they are rewritten when `write` is set. */
export function tables(rows: Row[], write: boolean): string[] {
  const stale: string[] = []
  const put = (file: string, text: string): void => {
    const path = join(root, file)
    if (!existsSync(path)) return
    const old = readFileSync(path, 'utf8')
    const now = fill(old, 'sizes', text)
    if (now === old) return
    stale.push(file)
    if (write) writeFileSync(path, now)
  }
  const describe = (name: string): string => packages.find(p => p.manifest.name === name)?.manifest.description ?? ''
  put('README.md', table(rows, describe))
  for (const { name, manifest } of packages) {
    const own = rows.filter(row => row.name === manifest.name || row.name.startsWith(`${manifest.name}/`))
    put(`packages/${name}/README.md`, table(own, null))
  }
  return stale
}
