import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'

const SERVER = fileURLToPath(new URL('../../examples/demo/server.mjs', import.meta.url))

/** The demo as people start it, and the visitors of a test. */
export class Demo {
  /** What any page had to complain about. */
  readonly complaints: string[] = []
  readonly url: string
  readonly #server: ChildProcess
  readonly #browser: Browser
  readonly #contexts: BrowserContext[] = []

  private constructor(url: string, server: ChildProcess, browser: Browser) {
    this.url = url
    this.#server = server
    this.#browser = browser
  }

  static async start(browser: Browser): Promise<Demo> {
    const server = spawn(process.execPath, [SERVER], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = await once(createInterface(server.stdout), 'line')
    return new Demo(url, server, browser)
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

  /** Sends everyone home and stops the server as a terminal would; gives its exit code. */
  async end(): Promise<number | null> {
    await Promise.all(this.#contexts.map((context) => context.close()))
    if (this.#server.exitCode !== null) return this.#server.exitCode
    this.#server.kill('SIGTERM')
    const [code] = await once(this.#server, 'exit')
    return code
  }
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
    return this.page.getByRole('status')
  }

  /** Line of someone in the list of who is here. */
  person(name: string): Locator {
    return this.page.getByRole('region', { name: 'Here now' }).getByRole('listitem').filter({ hasText: name })
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

  async say(text: string): Promise<void> {
    await this.page.getByLabel('Message', { exact: true }).fill(text)
    await this.button('Send').click()
  }

  /** Waits until a message is here that the server has confirmed. */
  hears(text: string): Promise<void> {
    return this.messages.filter({ hasText: text, hasNotText: 'not sent yet' }).waitFor()
  }
}
