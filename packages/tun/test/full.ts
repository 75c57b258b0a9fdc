// Opens an interface with 0, 1, 2 and 3 descriptors left, and says what comes of it.
import { closeSync, openSync, readdirSync } from 'node:fs'
import { tap } from '../src/index.js'

const held = (): number => readdirSync('/proc/self/fd').length

// What is opened once and stays is open before the count.
tap().close()
await new Promise(resolve => setTimeout(resolve, 20))
const before = held()
const said: string[] = []
for (let left = 0; left < 4; left++) {
  const all: number[] = []
  try {
    for (;;) all.push(openSync('/dev/null', 'r'))
  } catch {
    for (let k = 0; k < left; k++) closeSync(all.pop() as number)
  }
  try {
    const a = tap()
    said.push(`${left} ${a.name}`)
    a.close()
  } catch (e) {
    said.push(`${left} ${(e as { code?: string }).code} ${(e as Error).message}`)
  }
  for (const fd of all) closeSync(fd)
  await new Promise(resolve => setTimeout(resolve, 20))
}
console.log(`${said.join('\n')}\nleft ${held() - before}`)
