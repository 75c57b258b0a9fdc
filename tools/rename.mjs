// npm run rename SCOPE: changes the scope of every package, in manifests, sources, documents, examples and the lockfile,
// in one go. Commit before, look at the difference after.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, scope } from './sources.mjs'

const next = (process.argv[2] ?? '').replace(/^@?/, '@')
if (!/^@[a-z0-9~-][a-z0-9._~-]*$/.test(next)) {
  console.error('usage: npm run rename SCOPE   (lower case letters, digits, - . _ ~)')
  process.exit(1)
}

// Every text file that git knows or would know. `@tiny` with neither more name before nor behind it: an address such as
// tiny@tiny.example stays, and so does @tiny-other.
const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
const old = new RegExp(`(?<![\\w.@-])${scope}(?![\\w-])`, 'g')
let files = 0
let places = 0
for (const file of new Set(listed.toString().split('\0'))) {
  if (file === '') continue
  const path = join(root, file)
  let text
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    continue // deleted, not yet committed
  }
  if (text.includes('\0')) continue
  const found = text.match(old)?.length ?? 0
  if (found === 0) continue
  writeFileSync(path, text.replace(old, next))
  files++
  places += found
}
// A longer name may break lines, and imports are sorted by name.
const biome = join(root, 'node_modules/.bin/biome')
if (existsSync(biome)) spawnSync(biome, ['check', '--write', '.'], { cwd: root, stdio: 'ignore' })
// What was built and installed under the old name.
rmSync(join(root, 'node_modules/.cache'), { recursive: true, force: true })
console.log(`${scope} is now ${next}: ${places} places in ${files} files. npm test installs and checks.`)
