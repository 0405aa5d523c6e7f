// What the page itself says, in English, Russian and Kazakh. What the bot says comes from the bot.

export const WORDS = {
  title: ["Sandbox", "Песочница", "Құмсалғыш"],
  notice: ["This is a sandbox, not Telegram: nothing leaves this machine.", "Это песочница, а не Telegram: ничто не покидает этот компьютер.", "Бұл Telegram емес, құмсалғыш: ештеңе бұл компьютерден шықпайды."],
  go_live: ["To go live, put a BOT_TOKEN into .env and start again.", "Чтобы выйти в Telegram, впишите BOT_TOKEN в .env и запустите снова.", "Telegram-ға шығу үшін .env файлына BOT_TOKEN жазып, қайта іске қосыңыз."],
  close_notice: ["Hide this", "Скрыть", "Жасыру"],
  people: ["Be one of these people", "Станьте одним из них", "Солардың бірі болыңыз"],
  people_hint: ["Each has a chat with the bot. Pick one and press START.", "У каждого свой чат с ботом. Выберите и нажмите СТАРТ.", "Әрқайсысының ботпен өз чаты бар. Біреуін таңдап, БАСТАУ түймесін басыңыз."],
  groups: ["Groups and channels", "Группы и каналы", "Топтар мен арналар"],
  reader: ["reader", "читатель", "оқырман"],
  editor: ["editor", "редактор", "редактор"],
  not_started: ["has not pressed START yet", "ещё не нажимал СТАРТ", "БАСТАУ түймесін әлі баспаған"],
  blocked: ["has blocked the bot", "заблокировал бота", "ботты бұғаттаған"],
  deleted: ["account deleted", "аккаунт удалён", "аккаунт жойылған"],
  unread: ["{n} new", "новых: {n}", "жаңа: {n}"],
  new_person: ["New person", "Новый человек", "Жаңа адам"],
  name: ["Name", "Имя", "Аты"],
  language: ["Language", "Язык", "Тіл"],
  role: ["Role", "Роль", "Рөлі"],
  add: ["Add", "Добавить", "Қосу"],
  theme: ["Theme: {which}", "Тема: {which}", "Тақырып: {which}"],
  theme_auto: ["as the system", "как в системе", "жүйедегідей"],
  theme_light: ["light", "светлая", "ашық"],
  theme_dark: ["dark", "тёмная", "қараңғы"],
  page_language: ["Language of this page", "Язык этой страницы", "Осы беттің тілі"],
  panel: ["Faults, crowds, journal", "Сбои, толпы, журнал", "Ақаулар, топтар, журнал"],
  back: ["Back to the people", "Назад к людям", "Адамдарға оралу"],
  chat: ["Chat", "Чат", "Чат"],
  messages: ["Messages", "Сообщения", "Хабарлар"],
  bot: ["bot", "бот", "бот"],
  lost: ["the sandbox does not answer", "песочница не отвечает", "құмсалғыш жауап бермейді"],
  members: ["members: {n}", "участников: {n}", "мүшелер: {n}"],
  group: ["group", "группа", "топ"],
  channel: ["channel", "канал", "арна"],
  you_are: ["You are", "Вы —", "Сіз —"],
  you_are_here: ["{name} — this is who you are", "{name} — это вы", "{name} — бұл сіз"],
  typing: ["is typing", "печатает", "жазып жатыр"],
  sends_photo: ["is sending a photo", "отправляет фото", "фото жіберіп жатыр"],
  sends_video: ["is sending a video", "отправляет видео", "бейне жіберіп жатыр"],
  sends_file: ["is sending a file", "отправляет файл", "файл жіберіп жатыр"],
  sends_voice: ["is recording", "записывает голосовое", "дауыс жазып жатыр"],
  start: ["START", "СТАРТ", "БАСТАУ"],
  start_hint: ["START is the first thing a reader presses. From then on the bot may write to them.", "СТАРТ — первое, что нажимает читатель. С этого момента бот может ему писать.", "БАСТАУ — оқырман бірінші басатын түйме. Содан бастап бот оған жаза алады."],
  what_can: ["What can this bot do?", "Что умеет этот бот?", "Бұл бот не істей алады?"],
  empty: ["{name} has no messages here yet.", "У {name} здесь пока нет сообщений.", "{name} мұнда әлі хабар алған жоқ."],
  empty_group: ["Nothing has been written here yet.", "Здесь пока ничего не написано.", "Мұнда әлі ештеңе жазылмаған."],
  message: ["Message", "Сообщение", "Хабар"],
  broadcast: ["Post to the channel", "Публикация в канале", "Арнаға жариялау"],
  menu: ["Menu", "Меню", "Мәзір"],
  commands: ["Commands of the bot", "Команды бота", "Бот командалары"],
  no_commands: ["The bot has registered no commands", "Бот не зарегистрировал команд", "Бот командаларды тіркемеген"],
  attach: ["Attach files", "Прикрепить файлы", "Файл тіркеу"],
  detach: ["Remove {name}", "Убрать {name}", "{name} алып тастау"],
  send: ["Send", "Отправить", "Жіберу"],
  save: ["Save the change", "Сохранить", "Сақтау"],
  reply_keyboard: ["Keyboard of the bot", "Клавиатура бота", "Бот пернетақтасы"],
  block: ["Block the bot", "Заблокировать бота", "Ботты бұғаттау"],
  unblock: ["Unblock", "Разблокировать", "Бұғаттан шығару"],
  more: ["More", "Ещё", "Тағы"],
  copy_id: ["Copy the id {id}", "Скопировать id {id}", "{id} id көшіру"],
  copied: ["Copied", "Скопировано", "Көшірілді"],
  message_menu: ["What to do with this message", "Что сделать с сообщением", "Хабармен не істеу керек"],
  reply: ["Reply", "Ответить", "Жауап беру"],
  forward: ["Forward", "Переслать", "Қайта жіберу"],
  edit: ["Edit", "Изменить", "Өзгерту"],
  copy_text: ["Copy text", "Копировать текст", "Мәтінді көшіру"],
  forward_to: ["Forward to", "Кому переслать", "Кімге жіберу"],
  choose_chat: ["Choose a chat", "Выберите чат", "Чатты таңдаңыз"],
  cancel: ["Cancel", "Отмена", "Болдырмау"],
  close: ["Close", "Закрыть", "Жабу"],
  ok: ["OK", "OK", "OK"],
  edited: ["edited", "изменено", "өзгертілді"],
  sent_by: ["{name}, {time}", "{name}, {time}", "{name}, {time}"],
  you: ["You", "Вы", "Сіз"],
  forwarded: ["Forwarded from {name}", "Переслано от {name}", "{name} жіберген"],
  via: ["via @{name}", "через @{name}", "@{name} арқылы"],
  pinned: ["Pinned message", "Закреплённое сообщение", "Бекітілген хабар"],
  photo: ["Photo", "Фото", "Фото"],
  video: ["Video", "Видео", "Бейне"],
  animation: ["GIF", "GIF", "GIF"],
  audio: ["Music", "Музыка", "Музыка"],
  voice: ["Voice message", "Голосовое сообщение", "Дауыстық хабар"],
  document: ["File", "Файл", "Файл"],
  location: ["Location", "Геопозиция", "Орын"],
  contact: ["Contact", "Контакт", "Контакт"],
  article: ["Article", "Статья", "Мақала"],
  unknown: ["A kind of message that this page can't show", "Такое сообщение эта страница не показывает", "Бұл бет мұндай хабарды көрсете алмайды"],
  download: ["Download {name}", "Скачать {name}", "{name} жүктеу"],
  open_photo: ["Open the photo", "Открыть фото", "Фотоны ашу"],
  hidden_photo: ["Hidden. Show", "Скрыто. Показать", "Жасырын. Көрсету"],
  hidden_words: ["Hidden words. Show", "Скрытый текст. Показать", "Жасырын мәтін. Көрсету"],
  show_all: ["Show all", "Показать всё", "Бәрін көрсету"],
  show_less: ["Show less", "Свернуть", "Жию"],
  slide: ["Picture {n} of {all}", "Снимок {n} из {all}", "{n}-сурет, барлығы {all}"],
  previous: ["Previous", "Назад", "Алдыңғы"],
  next: ["Next", "Вперёд", "Келесі"],
  map: ["Map: {place}", "Карта: {place}", "Карта: {place}"],
  joined: ["{name} joined", "{name} теперь в группе", "{name} қосылды"],
  left: ["{name} left", "{name} больше не в группе", "{name} шықты"],
  pinned_it: ["{name} pinned a message", "{name} закрепил(а) сообщение", "{name} хабарды бекітті"],
  topic_made: ["Topic “{name}” was created", "Создана тема «{name}»", "«{name}» тақырыбы ашылды"],
  topic_named: ["The topic is now “{name}”", "Тема теперь называется «{name}»", "Тақырып енді «{name}»"],
  topic_closed: ["The topic was closed", "Тема закрыта", "Тақырып жабылды"],
  topic_open: ["The topic is open again", "Тема снова открыта", "Тақырып қайта ашылды"],
  upgraded: ["The group became a supergroup", "Группа стала супергруппой", "Топ супертопқа айналды"],
  all_topics: ["All", "Все", "Барлығы"],
  topics: ["Topics", "Темы", "Тақырыптар"],
  to_bottom: ["To the newest message", "К новым сообщениям", "Соңғы хабарға"],
  results: ["Results of @{name}", "Результаты @{name}", "@{name} нәтижелері"],
  searching: ["The bot is looking …", "Бот ищет …", "Бот іздеп жатыр …"],
  no_results: ["The bot found nothing", "Бот ничего не нашёл", "Бот ештеңе таппады"],
  no_answer: ["The bot has not answered", "Бот не ответил", "Бот жауап бермеді"],
  only_telegram: ["This button works only in Telegram", "Эта кнопка работает только в Telegram", "Бұл түйме тек Telegram-да жұмыс істейді"],
  share: ["In Telegram this shares with a friend:", "В Telegram этим делятся с другом:", "Telegram-да бұл досыңызға жіберіледі:"],
  copy: ["Copy", "Скопировать", "Көшіру"],
  speaks: ["Write as", "Писать от имени", "Кімнің атынан"],
  cannot_write: ["Only administrators write here", "Здесь пишут только администраторы", "Мұнда тек әкімшілер жазады"],
  own_feed: ["See your own feed", "Посмотреть свою ленту", "Өз лентаңызды көру"],
  feed_address: ["Address of a feed (RSS, Atom)", "Адрес ленты (RSS, Atom)", "Лента мекенжайы (RSS, Atom)"],
  try_it: ["Show", "Показать", "Көрсету"],
  trying: ["Reading the feed …", "Читаем ленту …", "Лента оқылуда …"],
  problems: ["What to mend", "Что поправить", "Нені түзету керек"],
  new_message: ["{name}: {text}", "{name}: {text}", "{name}: {text}"],
  message_changed: ["Changed. {name}: {text}", "Изменено. {name}: {text}", "Өзгерді. {name}: {text}"],
  message_deleted: ["A message was deleted", "Сообщение удалено", "Хабар жойылды"],
  today: ["Today", "Сегодня", "Бүгін"],
};

const LANGUAGES = ["en", "ru", "kk"];

/** More words, of a part of the page that is not always there. */
export const learn = (more) => Object.assign(WORDS, more);

function chosen() {
  let remembered = null;
  try { remembered = localStorage.getItem("language"); } catch { /* then the browser's own */ }
  const wanted = [remembered, ...navigator.languages.map((one) => one.slice(0, 2))];
  return wanted.find((one) => LANGUAGES.includes(one)) || "en";
}

export const language = chosen();

export function say(key, values = {}) {
  const words = WORDS[key][LANGUAGES.indexOf(language)];
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function speak(wanted) {
  try { localStorage.setItem("language", wanted); } catch { /* until it is left */ }
  location.reload();
}

export const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
export const number = (value) => Number(value).toLocaleString(language);

export function day(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return say("today");
  return date.toLocaleDateString(language, { day: "numeric", month: "long" });
}
