import { join } from 'node:path'
import { type Fit, fits, FIRMWARES as WHOLE } from '../../machine/machine.ts'
import { measureSources } from '../../size/sources.ts'
import { root, scope } from '../../sources.mjs'
import { bar, count, plural } from '../paint.ts'
import type { Scene } from '../scene.ts'

const PACKAGES = ['core', 'ethernet', 'ipv4', 'ipv4/fragment', 'udp', 'ping', 'tcp', 'tfo', 'mib']
const MACHINE = join(root, 'tools/demo/machine.ts')
const FIRMWARES = ['examples/minimal', 'examples/client']
const WIDTH = 20

/** What the machines above weigh, measured now. */
export const sizes: Scene = {
  name: 'sizes',
  title: 'Octets',
  about: 'each package of this firmware, minified and compressed by brotli, beside its budget; measured just now',
  async play(_stage, page) {
    const { good, bad, dim, bold } = page.paint
    const measured = await measureSources([...PACKAGES.map(name => `${scope}/${name}`), MACHINE, ...FIRMWARES])
    const rows = measured.map(row => (row.name === 'machine.ts' ? { ...row, name: 'a machine as above' } : row))
    const width = Math.max(...rows.map(row => row.name.length))
    page.line(dim(`${'octets'.padEnd(width)}      raw   brotli   budget`))
    for (const { name, raw, brotli, budget, passed } of rows) {
      const isWhole = !name.startsWith(scope)
      const share = budget > 0 ? brotli / budget : 0
      const verdict = passed ? good(`${Math.round(share * 100)} %`) : bad(`${count(brotli - budget, 0)} over`)
      const numbers = `${count(raw, 9)}${count(brotli, 9)}${budget > 0 ? count(budget, 9) : ''}`
      page.line(
        `${isWhole ? bold(name.padEnd(width)) : name.padEnd(width)}${numbers}` +
          (budget > 0 ? `  ${passed ? good(bar(share, WIDTH)) : bad(bar(share, WIDTH))} ${verdict}` : ''),
      )
    }
    const over = rows.filter(row => !row.passed).length
    page.line(dim('packages: their own code alone, all of it; whole firmwares carry only what they import'))
    if (over > 0) page.line(bad(`${plural(over, 'row')} above the budget: npm run size says so too, and fails`))
    const machines: Fit[] = []
    for (const name of WHOLE) machines.push(...(await fits(name, true)))
    for (const { name, form, free, machine } of machines)
      page.line(
        `${bold(name)} in a machine of ${machine} KiB, QuickJS included, from ${form}: ${good(`${free} KiB`)} left free`,
      )
    // Budgets are judged by `npm run size`: here they are shown.
    return { passed: rows.length > PACKAGES.length && machines.every(fit => fit.passed), rows, machines }
  },
}
