// The frame around every page: where one can go, how the connection is, language, appearance, who one is.

import type {JSX} from 'preact';
import {useEffect} from 'preact/hooks';
import {subjectOf} from './api';
import {AgentPage} from './pages/agent';
import {AgentsPage} from './pages/agents';
import {AlarmsPage, open as openAlarms} from './pages/alarms';
import {ContactPage} from './pages/contact';
import {load as loadPolicy, PolicyPage} from './pages/policy';
import {QueuePage} from './pages/queue';
import {QueuesPage} from './pages/queues';
import {WallboardPage} from './pages/wallboard';
import {link, route} from './route';
import {acknowledged, connect, connection, language, loaded, now, retry, store, supervisor, tenant, theme, tick, token} from './state';
import {clockTime, count, type Key, LANGUAGES, t} from './text/i18n';
import {openSupervisor} from './ui/actions';
import {Opened, Said} from './ui/dialog';
import {Icon, type IconName, Mark} from './ui/icons';

const PAGES: readonly {page: IconName & ('queues' | 'agents' | 'alarms' | 'policy' | 'wallboard'); also: string}[] = [
  {page: 'queues', also: 'queue'},
  {page: 'agents', also: 'agent'},
  {page: 'alarms', also: ''},
  {page: 'policy', also: ''},
  {page: 'wallboard', also: ''},
];

const Loading = (): JSX.Element => <main class="page"><p class="empty">{t('state.loading')}</p></main>;

function Page(): JSX.Element {
  if (!loaded.value) return <Loading />;
  const {page, id} = route.value;
  switch (page) {
    case 'queues':
      return <QueuesPage />;
    case 'queue':
      return <QueuePage key={id} id={id} />;
    case 'agents':
      return <AgentsPage />;
    case 'agent':
      return <AgentPage key={id} id={id} />;
    case 'contact':
      return <ContactPage key={id} id={id} />;
    case 'alarms':
      return <AlarmsPage />;
    case 'policy':
      return <PolicyPage />;
    default:
      return <main class="page"><p class="empty">{t('state.noPage')} <a href={link('queues')}>{t('nav.queues')}</a></p></main>;
  }
}

function Alarms(): JSX.Element | null {
  void acknowledged.value;
  const all = openAlarms();
  if (all.length === 0) return null;
  const high = all.some((a) => a.severity === 'high');
  return <span class={`badge ${high ? 'high' : ''}`}><span class="hidden">{t('alarms.open')} </span>{count(all.length)}</span>;
}

function Connection(): JSX.Element {
  void tick.value; // the revision moves on
  const c = connection.value;
  const key: Key = c.is === 'live' ? 'state.live' : c.is === 'connecting' ? 'state.connecting' : 'state.away';
  return (
    <span class={`connection ${c.is}`} role="status" title={store.complete ? t('state.revision', {revision: count(store.revision)}) : ''}>
      <Mark level={c.is === 'live' ? 'good' : c.is === 'connecting' ? 'risk' : 'missed'} /> {t(key)}
    </span>
  );
}

const Now = (): JSX.Element => {
  void tick.value;
  return <time class="clock" title={t('state.clock')}>{store.complete ? clockTime(now()) : ''}</time>;
};

const THEMES: readonly {theme: string; icon: IconName; title: Key}[] = [
  {theme: 'system', icon: 'system', title: 'theme.system'},
  {theme: 'light', icon: 'sun', title: 'theme.light'},
  {theme: 'dark', icon: 'moon', title: 'theme.dark'},
];

function ThemeSwitch(): JSX.Element {
  const at = Math.max(0, THEMES.findIndex((x) => x.theme === theme.value));
  const {icon, title} = THEMES[at]!;
  return (
    <button type="button" class="plain" title={t(title)} aria-label={t(title)} onClick={() => (theme.value = THEMES[(at + 1) % THEMES.length]!.theme)}>
      <Icon name={icon} />
    </button>
  );
}

function TopBar(): JSX.Element {
  return (
    <header class="top">
      <a class="skip" href="#content" onClick={(e) => { e.preventDefault(); document.querySelector<HTMLElement>('main a, main button')?.focus(); }}>{t('nav.skip')}</a>
      <a class="brand" href={link('queues')}><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7.500a3.500 3.500 0 0 1 7 0v9a3.500 3.500 0 0 0 7 0V7" /><circle cx="4" cy="7.500" r="1.800" /><circle cx="18" cy="6" r="1.800" /></svg>Cordboard</a>
      {tenant !== '' && <span class="tag quiet">{tenant}</span>}
      <nav aria-label={t('nav.label')}>
        {PAGES.map(({page, also}) => {
          const here = route.value.page === page || (also !== '' && route.value.page === also);
          return (
            <a key={page} href={link(page)} aria-current={here ? 'page' : undefined}>
              <Icon name={page} /> <span>{t(`nav.${page}`)}</span> {page === 'alarms' && <Alarms />}
            </a>
          );
        })}
      </nav>
      <span class="grow" />
      <Connection />
      <Now />
      <select class="plain" aria-label={t('language.label')} value={language.value} onChange={(e) => (language.value = e.currentTarget.value)}>
        {LANGUAGES.map((l) => <option key={l.code} value={l.code} lang={l.code}>{l.name}</option>)}
      </select>
      <ThemeSwitch />
      <button type="button" class="plain who" onClick={openSupervisor} title={t('signIn.title')}>
        <Icon name="user" /> <span>{(token.value === '' ? supervisor.value : subjectOf(token.value)) || t('signIn.nobody')}</span>
      </button>
    </header>
  );
}

// While the router is away the page goes on showing what it had, and says so.
function Away(): JSX.Element | null {
  const c = connection.value;
  if (c.is !== 'lost') return null;
  return (
    <div class="offline" role="alert">
      <Mark level="missed" />
      <span>{c.signIn ? t('state.signIn') : store.complete ? t('state.stale') : t('state.noRouter')}</span>
      <small>{c.message}</small>
      <span class="grow" />
      {c.signIn && <button type="button" onClick={openSupervisor}>{t('signIn.title')}</button>}
      <button type="button" onClick={retry}>{t('state.retry')}</button>
    </div>
  );
}

export function App(): JSX.Element {
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme.value;
  }, [theme.value]);
  // A new token, a new stream. The first one starts here, too.
  useEffect(() => {
    connect();
    void loadPolicy();
  }, [token.value]);
  const title = t(`nav.${(PAGES.find((p) => p.page === route.value.page) ?? PAGES[0]!).page}`);
  useEffect(() => {
    document.title = `${route.value.id || title} – Cordboard`;
  }, [route.value, title]);

  if (route.value.page === 'wallboard') return <>{loaded.value ? <WallboardPage /> : <Loading />}<Opened /></>;
  return (
    <>
      <TopBar />
      <Away />
      <Page />
      <Opened />
      <Said />
    </>
  );
}
