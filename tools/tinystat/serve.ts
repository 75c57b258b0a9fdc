// The machine's side: a socket in the file system that tells whoever asks.
import { readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { files, type Stack } from './stack.ts'

const PREFIX = 'tinystat-'

/** Where the machine of a process is asked. */
export const socketOf = (pid: number): string => join(tmpdir(), `${PREFIX}${pid}.sock`)

/** Where machines are asked, the one that was started last first. Of one that was killed the file is still there. */
export function newest(): string[] {
  return readdirSync(tmpdir())
    .filter(name => name.startsWith(PREFIX))
    .map(name => join(tmpdir(), name))
    .map(path => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at)
    .map(({ path }) => path)
}

/** Answers with the files of a machine. @returns stops it */
export function serve(stack: Stack, path: string = socketOf(process.pid)): Promise<() => void> {
  rmSync(path, { force: true })
  const server = createServer(socket => {
    // Who hangs up early is none of the machine's business.
    socket.on('error', () => {})
    socket.end(JSON.stringify(files(stack)))
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(path, () =>
      resolve(() => {
        server.close()
        rmSync(path, { force: true })
      }),
    )
  })
}
