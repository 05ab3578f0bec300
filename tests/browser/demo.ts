import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'

const SERVER = fileURLToPath(new URL('../../examples/demo/server.mjs', import.meta.url))

/** The demo as people start it, and the visitors of a test. */
export class Demo {
  /** What any page had to complain about. */
  complaints: string[] = []
  readonly url: string
  #server: ChildProcess
  readonly #browser: Browser
  readonly #contexts: BrowserContext[] = []

  private constructor(url: string, server: ChildProcess, browser: Browser) {
    this.url = url
    this.#server = server
    this.#browser = browser
  }

  static async start(browser: Browser): Promise<Demo> {
    return new Demo(...(await run('0')), browser)
  }

  /** Someone with a browser of their own, at the door. */
  async visitor(options: { width?: number; height?: number } = {}): Promise<Visitor> {
    const { width = 1280, height = 800 } = options
    const context = await this.#browser.newContext({ viewport: { width, height } })
    this.#contexts.push(context)
    return this.tab(context)
  }

  /** One more tab of a browser. */
  async tab(context: BrowserContext): Promise<Visitor> {
    const page = await context.newPage()
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text())
    })
    await page.goto(this.url)
    return new Visitor(page)
  }

  /** From now on the server is deaf, though its links stand. */
  freeze(): void {
    this.#server.kill('SIGSTOP')
  }

  /** The server dies without a word, and another begins in its place. */
  async crash(): Promise<void> {
    this.#server.kill('SIGKILL')
    await once(this.#server, 'exit')
    const [, server] = await run(new URL(this.url).port)
    this.#server = server
  }

  /** Asks the server to end; gives its exit code. */
  async stop(): Promise<number | null> {
    if (this.#server.exitCode !== null) return this.#server.exitCode
    this.#server.kill('SIGTERM')
    const [code] = await once(this.#server, 'exit')
    return code
  }

  /** Sends everyone home and stops the server as a terminal would; gives its exit code. */
  async end(): Promise<number | null> {
    await Promise.all(this.#contexts.map((context) => context.close()))
    return this.stop()
  }

  /** Forgets what browsers had to say of links that could not be opened: here they could not. */
  forgiveRefusals(): void {
    this.complaints = this.complaints.filter((complaint) => !/^WebSocket connection to .* failed/.test(complaint))
  }
}

async function run(port: string): Promise<[url: string, server: ChildProcess]> {
  const env = { ...process.env, PORT: port }
  const server = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [url] = await once(createInterface(server.stdout), 'line')
  return [url, server]
}

/** A row of a ledger on the page. */
export interface Ledger {
  made: number
  arrived: number
  lost: number
}

/** A person at a page of the demo. */
export class Visitor {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get messages(): Locator {
    return this.page.getByRole('log').getByRole('listitem')
  }

  get status(): Locator {
    return this.told('Connection')
  }

  /** Where the history stands, and whether all of it was told. */
  get place(): Locator {
    return this.told('Place in the history')
  }

  /** A place where the page tells how something stands. */
  told(name: string): Locator {
    return this.page.getByRole('status', { name })
  }

  /** A row of a ledger: made, arrived, pending, lost. */
  async ledger(panel: string, row: string): Promise<Ledger> {
    const cells = this.page.getByRole('table', { name: panel }).getByRole('row', { name: row }).getByRole('cell')
    const [made = 0, arrived = 0, , lost = 0] = (await cells.allTextContents()).map(Number)
    return { made, arrived, lost }
  }

  /** What is said here and confirmed, or not yet, in order. */
  texts(): Promise<string[]> {
    return this.messages.getByRole('paragraph').allTextContents()
  }

  /** Line of someone in the list of who is here. */
  person(name: string): Locator {
    return this.page.getByRole('region', { name: 'Here now' }).getByRole('listitem').filter({ hasText: name })
  }

  /** A room in the list of them. */
  room(name: string): Locator {
    return this.page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name })
  }

  /** What the client told, the newest first. */
  events(): Promise<string[]> {
    return this.page.getByRole('region', { name: 'Events' }).getByRole('listitem').allTextContents()
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name })
  }

  async knock(name: string, passphrase = `${name} says friend`): Promise<void> {
    await this.page.getByLabel('Name').fill(name)
    await this.page.getByLabel('Passphrase').fill(passphrase)
    await this.button('Come in').click()
  }

  async enter(name: string, passphrase?: string): Promise<void> {
    await this.knock(name, passphrase)
    await this.is('The Lobby')
  }

  /** Waits to be in a room and connected. */
  async is(room: string): Promise<void> {
    await this.page.getByRole('heading', { name: room }).waitFor()
    await this.status.filter({ hasText: 'Connected' }).waitFor()
  }

  /** Writes without sending it. */
  async write(text: string): Promise<void> {
    await this.page.getByLabel('Message', { exact: true }).fill(text)
  }

  async say(text: string): Promise<void> {
    await this.write(text)
    await this.button('Send').click()
  }

  /** Says 'Number 1' and so on, as fast as a page can. */
  async sayMany(count: number): Promise<void> {
    await this.page.evaluate((last) => {
      const input = document.querySelector<HTMLInputElement>('#text')
      for (let n = 1; input !== null && n <= last; n++) {
        input.value = `Number ${n}`
        input.form?.requestSubmit()
      }
    }, count)
  }

  /** Waits until a message is here that the server has confirmed. */
  hears(text: string): Promise<void> {
    return this.messages.filter({ hasText: text, hasNotText: 'not sent yet' }).waitFor()
  }
}
