"""Names of columns in the tables people make: field -> names, the surest first, in eleven languages.

A name is compared without case, accents, apostrophes and a bracket at its end, with ``_`` between its words; see `spellings`.
The words of other languages than English are those of the platforms' own pages, of listening tools and of spreadsheets.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_BRACKET = re.compile(r"\s*\([^()]*\)\s*$")
_APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc`\u00b4]")
_AROUND = re.compile(r"^(?:tweets?|posts?|data|attributes|node|item|legacy|status|message|record|rest)_(?=\w)")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Whose a column is, from the word it begins with: the account's, or another post's than the row's own.
OF_ACCOUNT = frozenset(_words("user author account profile owner sender channel page creator from actor poster member"))
OF_OTHERS = frozenset(
    _words(
        "retweet retweeted repost reposted quoted quote reply replied in parent original shared forwarded mention mentions"
    )
    + _words("mentioned media place geo thumbnail")
)
# What stands beside a profile's own address in tables that carry the profile with each post.
OF_PROFILES = frozenset(
    _words("location description bio protected verified followers_count friends_count statuses_count profile_image_url")
    + _words(
        "listed_count favourites_count profile_banner_url default_profile default_profile_image account_created_at"
    )
)


@lru_cache(maxsize=8192)
def spellings(column: str) -> frozenset[str]:
    """The ways a column's name is compared: as it is written, with ``camelCase`` taken apart, and without its parent.

    Examples
    --------
    >>> sorted(spellings("createdAt")), sorted(spellings("author.userName"))
    (['created_at', 'createdat'], ['author_user_name', 'author_username'])
    >>> sorted(spellings("Datum (UTC)")), sorted(spellings("Ім’я користувача")), sorted(spellings("legacy.full_text"))
    (['datum'], ['імя_користувача'], ['full_text', 'legacy_full_text'])
    """
    bare = _BRACKET.sub("", column.strip().lstrip("\ufeff")) or column
    found = {_spelled(bare), _spelled(_HUMP.sub("_", bare))}
    if re.search(r"\w[./:]\w", bare):
        found |= {_AROUND.sub("", name) for name in found}
    return frozenset(found - {""})


def _spelled(name: str) -> str:
    letters = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", name)).casefold()
    bare = "".join(letter if letter in "йї" else unicodedata.normalize("NFD", letter)[:1] for letter in letters)
    return re.sub(r"\W+|_+", "_", bare).strip("_")


COUNTS = ("like_count", "repost_count", "reply_count", "quote_count", "view_count", "followers", "following")

_ENGLISH: dict[str, tuple[str, ...]] = {
    "account": _words(
        "account_id author_id user_id user_id_str userid account_uid author_uid user_uid from_user_id_str from_user_id from_id author_id_str sender_id sender_user_id "
        "actor_id owner_id post_owner_id external_author_id author_did user_did did authorid accountid facebook_id page_id author_meta_id "
        "channel_id account author user actor sender creator poster uid"
    ),
    "handle": _words(
        "handle screen_name screenname user_screen_name username user_username author_user_name author_username author_handle author_screen_name "
        "author_unique_id author_meta_name account_username account_handle from_user_name from_user sender_username user_name user_handle twitter_screenname "
        "twitter_handle nickname nick tweeter profile"
    ),
    "display_name": _words(
        "display_name author_name author_fullname author_full_name user_display_name account_display_name full_name fullname "
        "account_name page_name user_realname from_user_realname author_meta_nick_name user_name name "
        "nickname author user account sender"
    ),
    "time": _words(
        "created_at created_at_utc timestamp_utc datetime_utc date_utc utc_time unix_timestamp timestamp time datetime date_time publish_date "
        "published_at publishedat published created_time creation_time create_time created_utc created tweet_time post_created "
        "posted_at post_time post_date tweet_date time_posted created_date timestamp_share epoch indexed_at create_time_iso date day when"
    ),
    "clock": _words("time time_of_day clock hour post_time posted_time publish_time published_time tweet_time"),
    "zone": _words("timezone time_zone utc_offset tz"),
    "text": _words(
        "text full_text text_content tweet_text post_text message_text content body message tweet caption tweet_content post_content "
        "video_description original_text comment_text comment post words snippet description title"
    ),
    "id": _words(
        "post_id tweet_id tweetid tweet_id_str status_id status_id_str message_id content_id id_str id comment_id video_id uri post_uid"
    ),
    "permalink": _words(
        "permalink post_url tweet_url message_url status_url tweet_link post_link article_url link_to_message comment_url "
        "video_url web_video_url status_link url link"
    ),
    "url": _words(
        "urls_expanded_url expanded_urls urls_expanded expanded_url urls links outlinks outlinks_expanded link_url shared_url urls_shared external_url external_links "
        "link_attached final_link target_url url link"
    ),
    "hashtags": _words("hashtags hashtag hashtag_names entities_hashtags tags"),
    "mentions": _words(
        "mentions user_mentions mentions_screen_name entities_user_mentions entities_mentions mentioned_users mentioned_user mentioned_names"
    ),
    "repost": _words(
        "repost_id retweet_id retweet_status_id retweeted_id retweet_tweetid retweeted_status_id retweeted_tweet_id retweetedtweetid "
        "referenced_tweets_retweeted_id retweeted_status_id_str reposted_id shared_post_id retweet_of repost_of"
    ),
    "reply": _words(
        "reply_id in_reply_to_tweetid in_reply_to_status_id in_reply_to_status_id_str in_reply_to_id in_reply_to_tweet_id reply_to_status_id reply_to_status_id_str "
        "referenced_tweets_replied_to_id replied_to_id reply_to_id to_tweetid parent_id parent_comment_id reply_to"
    ),
    "quote": _words(
        "quoted_id quote_id quoted_tweet_tweetid quoted_status_id quoted_tweet_id quoted_status_id_str quote_tweet_id quoted_post_id quote_of quote_url quoted_url referenced_tweets_quoted_id"
    ),
    "object": _words("object_id object"),
    "domain": (),
    "media": (),
    "track": (),
    "is_repost": _words("is_retweet is_repost isretweet retweet repost is_share"),
    "kind": _words("post_type tweet_type message_type kind type"),
    "platform": _words("platform source_platform platform_name social_network network"),
    "language": _words("language lang tweet_language language_guess post_lang"),
    "like_count": _words(
        "like_count likes likes_count favorite_count favourites_count favorites likecount num_likes times_favorited"
    ),
    "repost_count": _words(
        "repost_count retweet_count retweets reposts share_count shares retweetcount retweets_count times_retweeted"
    ),
    "reply_count": _words("reply_count replies replies_count comment_count comments num_comments replycount"),
    "quote_count": _words("quote_count quotes quotecount"),
    "view_count": _words("view_count views impression_count impressions play_count viewcount"),
    "followers": _words(
        "followers follower_count followers_count user_followers_count author_followers_count author_followers user_followers "
        "followercount"
    ),
    "following": _words("following following_count friends_count user_friends_count user_friends"),
}

# Language -> field -> names. A column of links is the post's own address or what it shares: its values decide.
LANGUAGES: dict[str, dict[str, str]] = {
    "de": {
        "account": "Konto-ID, KontoID, Benutzer-ID, Nutzer-ID, User-ID, Account-ID, Profil-ID, Autor-ID, Autoren-ID, Verfasser-ID, Seiten-ID",
        "handle": "Benutzername, Nutzername, Nutzerkennung, Kennung, Kontoname, Profilname",
        "who": "Nutzer, Benutzer, Konto, Autor, Autorin, Autor/in, Verfasser, Absender, Profil, Seite, Seitenname, Kanal",
        "display_name": "Anzeigename, Name",
        "time": "Zeitpunkt, Zeitstempel, Datum und Uhrzeit, Datum/Uhrzeit, Datum/Zeit, Erstellt, Erstellt am, Erstellungsdatum, "
        "Veröffentlicht, Veröffentlicht am, Veröffentlichungsdatum, Veröffentlichungszeit, Gepostet am, Sendezeit, Datum, Tag",
        "clock": "Uhrzeit, Zeit",
        "text": "Text, Inhalt, Beitragstext, Nachricht, Tweettext, Kommentar, Wortlaut, Bildunterschrift, Mitteilung, Beitrag, Beschreibung, Titel",
        "link": "Link, Adresse, Verweis, Verlinkung, Beitragslink, Link zum Beitrag, Webadresse, Internetadresse",
        "hashtags": "Hashtags, Hashtag, Schlagwörter, Schlagworte, Stichwörter",
        "repost_count": "Geteilt, Teilungen, Weiterleitungen, geteilte Inhalte, Mal geteilt",
        "reply_count": "Antworten, Anzahl Antworten, Kommentare",
        "like_count": "Gefällt mir, Gefällt-mir-Angaben, Reaktionen",
        "view_count": "Aufrufe, Ansichten, Impressionen",
        "followers": "Follower, Abonnenten",
        "id": "Beitrags-ID, Beitrag-ID, Post-ID, Tweet-ID, Nachrichten-ID, Kennnummer",
        "language": "Sprache",
    },
    "fr": {
        "account": "ID du compte, ID compte, Identifiant du compte, ID utilisateur, Identifiant utilisateur, ID auteur, ID de l'auteur, ID de la page",
        "handle": "Nom d'utilisateur, Pseudo, Pseudonyme, Identifiant, Arobase",
        "who": "Utilisateur, Utilisatrice, Auteur, Autrice, Compte, Nom du compte, Expéditeur, Profil, Page, Nom de la page, Chaîne",
        "display_name": "Nom affiché, Nom",
        "time": "Date et heure, Date/heure, Horodatage, Publié le, Date de publication, Heure de publication, Créé le, Date de création, Date, Jour",
        "clock": "Heure, Heure de publication",
        "text": "Texte, Contenu, Message, Commentaire, Légende, Corps, Publication, Description, Titre",
        "link": "Lien, Adresse, Lien permanent, Permalien, Lien de la publication",
        "hashtags": "Hashtags, Mots-dièse, Mots-clics, Mot-dièse, Mots-clés",
        "repost_count": "Republications, Partages, Nombre de partages",
        "reply_count": "Réponses, Nombre de réponses, Commentaires",
        "like_count": "J'aime, Mentions J'aime, Réactions",
        "view_count": "Vues, Impressions",
        "followers": "Abonnés",
        "following": "Abonnements",
        "id": "ID de la publication, ID du tweet, ID du message, Identifiant du message",
        "language": "Langue",
    },
    "es": {
        "account": "ID de cuenta, ID de la cuenta, ID cuenta, ID de usuario, ID usuario, Identificador de usuario, ID del autor, ID de página",
        "handle": "Nombre de usuario, Alias, Arroba",
        "who": "Usuario, Usuaria, Autor, Autora, Cuenta, Nombre de la cuenta, Remitente, Perfil, Página, Nombre de la página, Canal",
        "display_name": "Nombre para mostrar, Nombre",
        "time": "Fecha y hora, Fecha/hora, Marca de tiempo, Marca temporal, Publicado, Fecha de publicación, Hora de publicación, Creado, "
        "Fecha de creación, Fecha, Día",
        "clock": "Hora, Hora de publicación",
        "text": "Texto, Contenido, Mensaje, Comentario, Tuit, Leyenda, Publicación, Descripción, Título",
        "link": "Enlace, Vínculo, Liga, Enlace permanente, Dirección",
        "hashtags": "Hashtags, Etiquetas, Palabras clave",
        "repost_count": "Retuits, Republicaciones, Compartidos, Veces compartido, Compartidas",
        "reply_count": "Respuestas, Comentarios",
        "like_count": "Me gusta, Reacciones",
        "view_count": "Visualizaciones, Vistas, Reproducciones, Impresiones",
        "followers": "Seguidores",
        "id": "ID de publicación, ID del tuit, ID del tweet, ID de mensaje",
        "language": "Idioma, Lengua",
    },
    "it": {
        "account": "ID account, ID dell'account, ID utente, Identificativo utente, ID autore, ID pagina",
        "handle": "Nome utente, Nickname, Identificativo",
        "who": "Utente, Autore, Autrice, Account, Nome account, Mittente, Profilo, Pagina, Nome pagina, Canale",
        "display_name": "Nome visualizzato, Nome",
        "time": "Data e ora, Data/ora, Marca temporale, Pubblicato il, Data di pubblicazione, Ora di pubblicazione, Creato il, Data creazione, "
        "Data, Giorno",
        "clock": "Ora, Orario, Ora di pubblicazione",
        "text": "Testo, Contenuto, Messaggio, Commento, Didascalia, Descrizione, Titolo",
        "link": "Collegamento, Indirizzo",
        "hashtags": "Hashtag, Etichette, Parole chiave",
        "repost_count": "Condivisioni",
        "reply_count": "Risposte, Commenti",
        "like_count": "Mi piace, Reazioni",
        "view_count": "Visualizzazioni, Impressioni",
        "followers": "Follower, Seguaci",
        "id": "ID post, ID tweet, ID messaggio, ID del post",
        "language": "Lingua",
    },
    "pt": {
        "account": "ID da conta, ID conta, ID do usuário, ID do utilizador, ID do autor, ID da página",
        "handle": "Nome de usuário, Nome de utilizador, Arroba",
        "who": "Usuário, Utilizador, Autor, Autora, Conta, Nome da conta, Remetente, Perfil, Página, Canal",
        "display_name": "Nome de exibição, Nome",
        "time": "Data e hora, Data/hora, Carimbo de data/hora, Publicado em, Data de publicação, Data da publicação, Horário da publicação, "
        "Criado em, Data de criação, Data, Dia",
        "clock": "Hora, Horário, Horário da publicação",
        "text": "Texto, Conteúdo, Mensagem, Postagem, Comentário, Legenda, Publicação, Descrição, Título",
        "link": "Ligação, Hiperligação, Endereço, Link permanente",
        "hashtags": "Hashtags, Etiquetas, Palavras-chave",
        "repost_count": "Retuítes, Republicações, Compartilhamentos, Partilhas",
        "reply_count": "Respostas, Comentários",
        "like_count": "Curtidas, Gostos, Reações",
        "view_count": "Visualizações, Impressões",
        "followers": "Seguidores",
        "id": "ID da publicação, ID do post, ID do tweet, ID da mensagem",
        "language": "Idioma, Língua",
    },
    "nl": {
        "account": "Account-ID, Gebruikers-ID, Gebruiker-ID, Auteur-ID, Pagina-ID",
        "handle": "Gebruikersnaam, Accountnaam",
        "who": "Gebruiker, Auteur, Account, Afzender, Profiel, Pagina, Paginanaam, Kanaal",
        "display_name": "Weergavenaam, Naam",
        "time": "Datum en tijd, Datum/tijd, Tijdstempel, Geplaatst op, Gepubliceerd, Publicatiedatum, Aangemaakt op, Tijdstip, Datum, Dag",
        "clock": "Tijd, Tijdstip, Uur",
        "text": "Tekst, Inhoud, Bericht, Berichttekst, Bijschrift, Omschrijving, Titel",
        "link": "Koppeling, Webadres",
        "hashtags": "Hashtags, Trefwoorden",
        "repost_count": "Gedeeld, Keer gedeeld",
        "reply_count": "Antwoorden, Reacties",
        "like_count": "Vind-ik-leuks",
        "view_count": "Weergaven, Vertoningen",
        "followers": "Volgers",
        "id": "Bericht-ID, Post-ID, Tweet-ID",
        "language": "Taal",
    },
    "sv": {
        "account": "Konto-ID, KontoID, Användar-ID, Författar-ID, Sid-ID",
        "handle": "Användarnamn, Kontonamn, Handtag",
        "who": "Användare, Författare, Konto, Avsändare, Profil, Sida, Sidnamn, Kanal",
        "display_name": "Visningsnamn, Namn",
        "time": "Datum och tid, Datum/tid, Tidpunkt, Tidsstämpel, Publicerad, Publiceringsdatum, Skapad, Datum, Dag",
        "clock": "Tid, Klockslag, Klockan",
        "text": "Text, Innehåll, Inläggstext, Meddelande, Inlägg, Kommentar, Bildtext, Beskrivning, Rubrik",
        "link": "Länk, Webbadress, Adress, Permalänk",
        "hashtags": "Hashtaggar, Ämnestaggar, Nyckelord",
        "repost_count": "Retweetar, Repostar, Delningar",
        "reply_count": "Svar, Kommentarer",
        "like_count": "Gilla-markeringar, Gillningar, Gillar",
        "view_count": "Visningar",
        "followers": "Följare",
        "id": "Inläggs-ID, Tweet-ID, Meddelande-ID",
        "language": "Språk",
    },
    "pl": {
        "account": "ID konta, Identyfikator konta, ID użytkownika, Identyfikator użytkownika, ID autora, ID strony",
        "handle": "Nazwa użytkownika, Nick, Pseudonim",
        "who": "Użytkownik, Autor, Autorka, Konto, Nazwa konta, Nadawca, Profil, Strona, Nazwa strony, Kanał",
        "display_name": "Nazwa wyświetlana, Nazwa",
        "time": "Data i godzina, Data/godzina, Znacznik czasu, Data publikacji, Opublikowano, Czas publikacji, Utworzono, Data utworzenia, "
        "Data, Dzień",
        "clock": "Godzina, Czas, Czas publikacji",
        "text": "Tekst, Treść, Wiadomość, Treść wpisu, Wpis, Komentarz, Opis, Podpis, Tytuł",
        "link": "Odnośnik, Łącze, Adres, Adres URL",
        "hashtags": "Hashtagi, Hasztagi, Tagi, Słowa kluczowe",
        "repost_count": "Retweety, Podania dalej, Podane dalej, Udostępnienia",
        "reply_count": "Odpowiedzi, Komentarze",
        "like_count": "Polubienia, Reakcje",
        "view_count": "Wyświetlenia, Odsłony",
        "followers": "Obserwujący",
        "following": "Obserwowani",
        "id": "ID wpisu, ID posta, ID tweeta, ID wiadomości",
        "language": "Język",
    },
    "ru": {
        "account": "ID аккаунта, Идентификатор аккаунта, ИД аккаунта, ID пользователя, Идентификатор пользователя, ID автора, ID страницы, ID канала",
        "handle": "Имя пользователя, Никнейм, Ник, Логин, Юзернейм",
        "who": "Пользователь, Автор, Аккаунт, Учётная запись, Отправитель, Профиль, Страница, Канал, Название канала",
        "display_name": "Отображаемое имя, Имя",
        "time": "Дата и время, Дата/время, Временная метка, Метка времени, Дата публикации, Время публикации, Опубликовано, Создано, "
        "Дата создания, Дата, День",
        "clock": "Время, Время публикации",
        "text": "Текст, Содержание, Содержимое, Сообщение, Текст сообщения, Комментарий, Пост, Публикация, Описание, Заголовок",
        "link": "Ссылка, Адрес, Гиперссылка, Ссылка на пост",
        "hashtags": "Хештеги, Хэштеги, Хештег, Хэштег, Теги, Ключевые слова",
        "repost_count": "Ретвиты, Репосты, Поделились, Пересылки",
        "reply_count": "Ответы, Комментарии",
        "like_count": "Лайки, Нравится, Отметки «Нравится», Реакции",
        "view_count": "Просмотры, Показы",
        "followers": "Подписчики",
        "following": "Подписки",
        "id": "ID поста, ID публикации, ID сообщения, ID твита, Номер сообщения",
        "language": "Язык",
    },
    "uk": {
        "account": "ID акаунта, ID облікового запису, Ідентифікатор облікового запису, ID користувача, Ідентифікатор користувача, ID автора, "
        "ID сторінки, ID каналу",
        "handle": "Ім'я користувача, Нік, Юзернейм, Логін",
        "who": "Користувач, Автор, Авторка, Акаунт, Обліковий запис, Відправник, Профіль, Сторінка, Канал, Назва каналу",
        "display_name": "Ім'я",
        "time": "Дата і час, Дата й час, Дата та час, Дата/час, Мітка часу, Часова мітка, Дата публікації, Час публікації, Опубліковано, "
        "Створено, Дата, День",
        "clock": "Час, Година, Час публікації",
        "text": "Текст, Зміст, Вміст, Повідомлення, Текст повідомлення, Допис, Коментар, Пост, Публікація, Опис, Заголовок",
        "link": "Посилання, Лінк, Адреса",
        "hashtags": "Хештеги, Хештег, Гештеги, Теги, Ключові слова",
        "repost_count": "Ретвіти, Репости, Поширення, Пересилання",
        "reply_count": "Відповіді, Коментарі",
        "like_count": "Вподобання, Уподобання, Лайки, Реакції",
        "view_count": "Перегляди, Покази",
        "followers": "Підписники, Читачі",
        "following": "Підписки",
        "id": "ID допису, ID публікації, ID повідомлення, ID твіту",
        "language": "Мова",
    },
}  # fmt: skip

_FIELDS_OF = {"who": ("account", "display_name"), "link": ("permalink", "url")}
A_POST = frozenset(
    _words("post tweet tuit message beitrag publication publicacion postagem publicacao bericht inlagg wpis")
    + _words("пост публикация допис публікація")
)
"""Names of columns that hold the text of the post, its address or its id."""


def _with_languages() -> dict[str, tuple[str, ...]]:
    """The English names of each field, then those of the other languages, surer ones first."""
    names = {field: list(known) for field, known in _ENGLISH.items()}
    kinds = ("account", "handle", "who", *(kind for kind in (*_ENGLISH, "link") if kind not in ("account", "handle")))
    for kind in kinds:
        said = [_spelled(name) for words in LANGUAGES.values() for name in words.get(kind, "").split(", ") if name]
        for field in _FIELDS_OF.get(kind, (kind,)):
            names[field] += said
    for field in ("permalink", "id"):
        names[field] += sorted(A_POST)
    names["time"] += names["clock"]  # "Zeit" may hold the day too
    return {field: tuple(dict.fromkeys(known)) for field, known in names.items()}


NAMES = _with_languages()
"""Field -> names of its column, the surest first."""

EITHER = frozenset(
    {"url", "link", *(_spelled(name) for words in LANGUAGES.values() for name in words["link"].split(", "))}
)
"""Names of columns that hold the post's own address or what it shares."""


WHO = frozenset(
    {*_words("account author user actor sender creator poster")}
    | {_spelled(name) for words in LANGUAGES.values() for name in words["who"].split(", ")}
)
"""Names of columns that hold the name or the id of an account."""

WORDS: dict[str, set[str]] = {
    "account": {"account", "author", "user", "userid"},
    "handle": {"handle", "screenname", "username"},
    "time": {"date", "time", "timestamp", "datetime", "when", "created", "published"},
    "text": {"text", "content", "message", "body", "caption"},
    "url": {"urls", "links"},
}
"""Words inside longer names that tell a field, where no whole name is known."""

ALIASES = {
    "author": "account", "user": "account", "account_id": "account", "user_id": "account", "username": "handle",
    "name": "display_name", "date": "time", "timestamp": "time", "created_at": "time", "message": "text", "content": "text",
    "body": "text", "link": "url", "links": "url", "urls": "url", "hashtag": "hashtags", "tags": "hashtags", "post_id": "id",
    "post": "id", "lang": "language", "retweet": "repost", "repost_id": "repost", "reply_id": "reply", "reply_to": "reply",
    "quote_id": "quote", "object_id": "object", "mention": "mentions", "domains": "domain",
}  # fmt: skip
