import {render} from 'preact';
import {App} from './app';
import {draw, everySecond, retry} from './state';
import './style.css';

render(<App />, document.querySelector('#app')!);
setInterval(everySecond, 1000);
addEventListener('online', retry);
document.addEventListener('visibilitychange', draw);
