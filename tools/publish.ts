// npm run publint: what a registry and a resolver say about each package, as it would be published.
import { spawnSync } from 'node:child_process'
import { packages } from './sources.mjs'
import { tally } from './tally.ts'

const { check, end } = tally('publish')
for (const { dir, manifest } of packages) {
  for (const [tool, args] of [
    ['publint', ['--strict']],
    ['attw', ['--pack', '.', '--profile', 'node16']],
  ] as const) {
    const { status, stdout, stderr } = spawnSync(tool, args, { cwd: dir, encoding: 'utf8', shell: true })
    check(`${manifest.name} ${tool}`, status === 0 ? '' : `${stdout}${stderr}`.trim())
  }
}
end()
