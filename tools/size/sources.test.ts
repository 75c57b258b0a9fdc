import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, scope } from '../sources.mjs'
import { distOf, measureSources } from './sources.ts'

describe('sizes without a build', () => {
  // Packages whose entry points share modules: the order of these decides about octets too.
  it.each(['core', 'ipv4', 'ethernet'])(
    'are made of what tsup writes for %s',
    async name => {
      const folder = mkdtempSync(join(tmpdir(), 'tsup-'))
      try {
        const tsup = join(root, 'node_modules/.bin/tsup')
        execFileSync(tsup, ['--no-dts', '--format', 'esm', '--out-dir', folder], { cwd: join(root, 'packages', name) })
        const written = readdirSync(folder).map(file => [file, readFileSync(join(folder, file), 'utf8')])
        const made = [...(await distOf(name))].map(([file, text]) => [basename(file), text])
        expect(made.length).toBeGreaterThan(0)
        expect(Object.fromEntries(made)).toEqual(Object.fromEntries(written))
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
    60_000,
  )

  it('are those of own code alone, with the budget of the row; names of no row are left out', async () => {
    const rows = await measureSources([`${scope}/udp`, `${scope}/nothing`, `${scope}/ipv4/fragment`])
    expect(rows.map(row => row.name)).toEqual([`${scope}/udp`, `${scope}/ipv4/fragment`])
    const [udp, fragment] = rows
    expect(udp?.budget).toBeGreaterThan(0)
    expect(udp?.passed).toBe((udp?.brotli ?? 0) <= (udp?.budget ?? 0))
    expect(fragment?.raw).toBeGreaterThan(fragment?.brotli ?? 0)
    expect(fragment?.raw).toBeLessThan(1000)
  })

  it('hold all that a firmware imports', async () => {
    const [firmware, core] = await measureSources(['examples/minimal', `${scope}/core`])
    expect(firmware?.raw).toBeGreaterThan(2 * (core?.raw ?? 0))
  })
})
