// One dialog at a time, above everything, and short words about what was done.

import {signal} from '@preact/signals';
import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useRef} from 'preact/hooks';
import {t} from '../text/i18n';
import {Icon} from './icons';

export const opened = signal<(() => JSX.Element) | undefined>(undefined);
export const openDialog = (content: () => JSX.Element): void => void (opened.value = content);
export const closeDialog = (): void => void (opened.value = undefined);

export function Dialog({title, children}: {title: string; children: ComponentChildren}): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    ref.current!.showModal();
    return () => before?.focus();
  }, []);
  return (
    <dialog ref={ref} aria-labelledby="dialog-title" onClose={closeDialog} onCancel={closeDialog}>
      <header>
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="plain" aria-label={t('dialog.close')} onClick={closeDialog}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

export function Opened(): JSX.Element | null {
  const Content = opened.value;
  return Content === undefined ? null : <Content />;
}

const said = signal<{text: string; number: number}[]>([]);
let number = 0;
const SAID_MS = 6000;
const SAID_AT_ONCE = 3;

export function say(text: string): void {
  const one = {text, number: ++number};
  said.value = [...said.value, one].slice(-SAID_AT_ONCE);
  setTimeout(() => (said.value = said.value.filter((s) => s !== one)), SAID_MS);
}

export const Said = (): JSX.Element => (
  <div class="said" role="status" aria-live="polite">
    {said.value.map((s) => (
      <p key={s.number}>
        <Icon name="check" /> {s.text}
      </p>
    ))}
  </div>
);
