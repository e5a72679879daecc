"""The catalogue of what is published, as linked data (DCAT-AP 3).

What the office has not entered stands there as 未設定: nothing is invented.
"""

from datetime import date
from typing import Any
from urllib.parse import urljoin

from app.api.lists import LISTS
from app.api.reading import OpenList
from app.studio.catalogue_terms import Terms

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
NOT_ENTERED = {"ja": "未設定", "en": "not entered yet"}
TITLE = {"ja": "DXステップアップの公開データ", "en": "Open data of DX Step-Up"}
ABOUT = {
    "ja": "DXの取組の指標と計測値、所属、キャンペーン、チャレンジ、バッジ。"
    "個人の情報はありません。",
    "en": "Indicators of the work on DX and their measures, units, campaigns, challenges, badges. "
    "Nothing personal.",
}
TITLES = {
    "indicators": {"ja": "指標の定義", "en": "Definitions of indicators"},
    "measures": {"ja": "指標の計測値", "en": "Measures of indicators"},
    "projects": {"ja": "プロジェクト", "en": "Projects"},
    "units": {"ja": "所属", "en": "Units"},
    "campaigns": {"ja": "キャンペーン", "en": "Campaigns"},
    "challenges": {"ja": "チャレンジ", "en": "Challenges"},
    "badges": {"ja": "バッジ", "en": "Badges"},
}
DESCRIPTIONS = {
    "indicators": {
        "ja": "指標の名前、式、単位、向き、出どころ、留意点。",
        "en": "Name, formula, unit, direction, source and caveat of each indicator.",
    },
    "measures": {
        "ja": "指標の公表した値。10人に満たない集団の値は隠しています。",
        "en": "Published values of the indicators. Those of groups under ten people are hidden.",
    },
    "projects": {"ja": "チャレンジの五つのテーマ。", "en": "The themes of the challenges."},
    "units": {"ja": "いまある所属と、その上下。", "en": "The units of today and their tree."},
    "campaigns": {
        "ja": "公開したキャンペーンと、前日までの県庁全体の数。",
        "en": "Published campaigns, with the numbers of the whole as of yesterday.",
    },
    "challenges": {"ja": "だれにも開かれたチャレンジ。", "en": "Challenges open to everybody."},
    "badges": {"ja": "だれもが目指せるバッジ。", "en": "Badges that everybody can work toward."},
}
MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
JAPANESE, ENGLISH = (
    f"http://publications.europa.eu/resource/authority/language/{code}" for code in ("JPN", "ENG")
)
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
FORMS = {"CSV": "text/csv", "JSON": "application/json"}


def described(terms: Terms, covered: tuple[date, date] | None, *, at: str) -> dict[str, Any]:
    """The catalogue at the address ``at``. ``covered``: the first and the last day of measures."""
    publisher = {"@type": "foaf:Agent", "foaf:name": _said(terms.publisher)}
    return {
        "@context": CONTEXT,
        "@id": at,
        "@type": "dcat:Catalog",
        "dct:title": _in_both(TITLE),
        "dct:description": _in_both(ABOUT),
        "dct:publisher": {"@id": f"{at}#publisher", **publisher},
        "dct:license": _licence(terms),
        "dct:language": [{"@id": JAPANESE}, {"@id": ENGLISH}],
        "dcat:dataset": [_dataset(one, terms, covered, at=at) for one in LISTS],
        "dcat:service": _service(at),
    }


def _dataset(
    one: OpenList, terms: Terms, covered: tuple[date, date] | None, *, at: str
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@id": f"{at}#{one.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.name,
        "dct:title": _in_both(TITLES[one.name]),
        "dct:description": _in_both(DESCRIPTIONS[one.name]),
        "dct:publisher": {"@id": f"{at}#publisher"},
        "dcat:contactPoint": _contact(terms),
        "dcat:distribution": [_distribution(one, form, terms, at=at) for form in FORMS],
    }
    if one.name == "measures":
        said["dct:accrualPeriodicity"] = {"@id": MONTHLY}
        if covered:
            said["dct:temporal"] = _period(*covered)
    return said


def _distribution(one: OpenList, form: str, terms: Terms, *, at: str) -> dict[str, Any]:
    return {
        "@id": f"{at}#{one.name}-{form.lower()}",
        "@type": "dcat:Distribution",
        "dct:title": f"{one.name}.{form.lower()}",
        "dcat:accessURL": {"@id": urljoin(at, f"{one.name}?format={form.lower()}")},
        "dct:format": {"@id": FILE_TYPES + form},
        "dcat:mediaType": {"@id": MEDIA_TYPES + FORMS[form]},
        "dct:license": _licence(terms),
    }


def _service(at: str) -> dict[str, Any]:
    return {
        "@id": f"{at}#api",
        "@type": "dcat:DataService",
        "dct:title": "API",
        "dcat:endpointURL": {"@id": urljoin(at, ".")},
        "dcat:endpointDescription": {"@id": urljoin(at, "openapi.json")},
        "dcat:servesDataset": [{"@id": f"{at}#{one.name}"} for one in LISTS],
    }


def _licence(terms: Terms) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@type": "dct:LicenseDocument",
        "rdfs:label": _said(terms.licence_name or terms.licence_url),
    }
    return {"@id": terms.licence_url, **said} if terms.licence_url else said


def _contact(terms: Terms) -> dict[str, Any]:
    said: dict[str, Any] = {"@type": "vcard:Organization", "vcard:fn": _said(terms.contact_name)}
    if terms.contact_email:
        said["vcard:hasEmail"] = {"@id": f"mailto:{terms.contact_email}"}
    return said


def _period(first: date, last: date) -> dict[str, Any]:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
        "dcat:endDate": {"@value": last.isoformat(), "@type": "xsd:date"},
    }


def _said(text: str) -> Any:
    return text or _in_both(NOT_ENTERED)


def _in_both(text: dict[str, str]) -> list[dict[str, str]]:
    return [{"@value": said, "@language": language} for language, said in text.items()]
