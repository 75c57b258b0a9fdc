// npm run setup: installs what the lockfile says. Whoever runs it after somebody else, as root with another HOME, stays
// with the store that the checkout was installed from: pnpm would want to install all of it anew from its own.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const installed = join(root, 'node_modules/.modules.yaml')
const store = existsSync(installed)
  ? readFileSync(installed, 'utf8').match(/"?storeDir"?: *"?([^"\n]+)/)?.[1]
  : undefined

const args = ['--yes', `pnpm@${devDependencies.pnpm}`, '--loglevel=warn', 'install', '--frozen-lockfile']
if (store) args.push('--store-dir', store)
// Standard output belongs to what runs next.
const { status, error } = spawnSync('npx', args, {
  cwd: root,
  stdio: ['inherit', 2, 2],
  shell: process.platform === 'win32',
})
if (error) throw error
process.exitCode = status ?? 1
