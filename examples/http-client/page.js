const PAGE = Buffer.from(`HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n${'all of it, in order\n'.repeat(2000)}`)

/** Answers whoever connects with one page, whatever was asked. c.app: octets of it that are written. */
export const servePage = (t, port) =>
  t.listen(port, {
    onWritable(c) {
      c.app = (c.app ?? 0) + t.write(c, PAGE, c.app ?? 0)
      if (c.app === PAGE.length) t.close(c)
    },
    onReadable: c => t.read(c, Buffer.alloc(4096)),
  })
