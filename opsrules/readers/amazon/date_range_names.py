"""Names of the date range report's columns, by language and year.

Seen in samples: the English names of 2017 and of today, and those of India. The others were seen in several public
programs that read such files, none of them in a file of a client: not verified.
"""

from __future__ import annotations

__all__ = ["MONEY", "NAMES"]

NAMES: dict[str, tuple[str, ...]] = {
    "occurred": (
        *("date/time", "Datum/Uhrzeit", "date/heure", "fecha y hora", "fecha/hora", "Data/Ora:", "Data/Ora"),
        *("datum/tijd", "datum/tid", "data/godzina", "data/hora", "tarih/saat", "日付/時間"),
    ),
    "payout_id": (
        *("settlement id", "Abrechnungsnummer", "numéro de versement", "Identifiant du paiement"),
        *("identificador de pago", "Id. de liquidación", "Numero pagamento", "schikkings-ID", "reglerings-id"),
        *("identyfikator rozliczenia", "id da liquidação", "決済番号"),
    ),
    "source_kind": ("type", "Typ", "tipo", "tip", "トランザクションの種類"),
    "order_id": (
        *("order id", "Bestellnummer", "numéro de la commande", "número de pedido", "Id. del pedido"),
        *("Numero ordine", "bestelnummer", "beställnings-id", "identyfikator zamówienia", "id do pedido"),
        *("sipariş no.", "注文番号"),
    ),
    "description": (
        *("description", "Beschreibung", "descripción", "Descrizione", "beschrijving", "beskrivning", "opis"),
        *("descrição", "açıklama", "説明"),
    ),
    "marketplace": (
        *("marketplace", "site de vente", "web de Amazon", "marknadsplats", "rynek", "mercado", "pazar yeri"),
        "Amazon 出品サービス",
    ),
    "payout_status": (
        *("Transaction Status", "Transaktionsstatus", "Statut de la transaction", "Estado de la transacción"),
        *("Stato della transazione", "Transactiestatus"),
    ),
    "available_on": (
        *("Transaction Release Date", "Freigabedatum der Transaktion", "Date de sortie de la transaction"),
        *("Date de délivrance de la transaction", "Fecha de liberación de la transacción"),
        *("Data di rilascio della transazione", "Publicatiedatum van transactie", "Transaktionens utgivningsdatum"),
    ),
    "net_minor": ("total", "Gesamt", "totale", "totaal", "totalt", "suma", "toplam", "合計"),
}
"""Name of each parsed column, the English one first."""

MONEY: dict[str, tuple[str, ...]] = {
    "product_sales": (
        *("product sales", "Umsätze", "ventes de produits", "ventas de productos", "Vendite"),
        *("verkoop van producten", "försäljning av produkter", "sprzedaż produktów", "vendas do produto"),
        *("ürün satışları", "商品売上"),
    ),
    "product_tax": (
        *("product sales tax", "Produktumsatzsteuer", "Taxes sur la vente des produits"),
        *("impuesto de ventas de productos", "imposta sulle vendite dei prodotti", "商品の売上税"),
    ),
    "shipping": (
        *("shipping credits", "postage credits", "Gutschrift für Versandkosten", "crédits d'expédition"),
        *("abonos de envío", "créditos de envío", "Accrediti per le spedizioni", "Verzendtegoeden"),
        *("fraktkrediter", "noty kredytowe za wysyłkę", "créditos de remessa", "kargo kredileri", "配送料"),
    ),
    "shipping_tax": (
        *("shipping credits tax", "Steuer auf Versandgutschrift", "taxe sur les crédits d'expédition"),
        *("impuestos por abonos de envío", "impuesto de abono de envío", "imposta accrediti per le spedizioni"),
        "配送料の税金",
    ),
    "gift_wrap": (
        *("gift wrap credits", "Gutschrift für Geschenkverpackung", "crédits sur l'emballage cadeau"),
        *("crédits d'emballage-cadeau", "abonos de envoltorio para regalo", "créditos por envoltorio de regalo"),
        *("Accrediti per confezioni regalo", "kredietpunten cadeauverpakking", "krediter för presentinslagning"),
        *("créditos de embalagem de presente", "ギフト包装手数料"),
    ),
    "gift_wrap_tax": (
        *("giftwrap credits tax", "gift wrap credits tax", "Steuer auf Geschenkverpackungsgutschriften"),
        *("Taxes sur les crédits cadeaux", "impuestos por abonos de envoltorio para regalo"),
        *("impuesto de créditos de envoltura", "imposta sui crediti confezione regalo", "ギフト包装クレジットの税金"),
    ),
    "regulatory_fee": ("Regulatory Fee", "Tarifa reglamentaria"),
    "regulatory_tax": ("Tax On Regulatory Fee", "Impuesto sobre tarifa reglamentaria"),
    "rebates": (
        *("promotional rebates", "Rabatte aus Werbeaktionen", "Rabais promotionnels", "Total des réductions"),
        *("devoluciones promocionales", "descuentos promocionales", "Sconti promozionali", "promotiekortingen"),
        *("kampanjrabatter", "rabaty promocyjne", "promosyon indirimleri", "プロモーション割引額"),
    ),
    "rebates_tax": (
        *("promotional rebates tax", "Steuer auf Aktionsrabatte", "Taxes sur les remises promotionnelles"),
        *("impuestos de descuentos por promociones", "impuesto de reembolsos promocionales"),
        *("imposta sugli sconti promozionali", "プロモーション割引の税金"),
    ),
    "points": ("Amazonポイントの費用",),
    "sales_tax": (
        *("sales tax collected", "Total sales tax liable(GST before adjusting TCS)", "taxe de ventes prélevée"),
        *("geïnde omzetbelasting", "Inkasserad moms", "imposto de vendas coletados"),
    ),
    "withheld_tax": (
        *("marketplace withheld tax", "Marketplace Facilitator Tax", "Einbehaltene Steuer auf Marketplace"),
        *("Taxes retenues sur le site de vente", "Taxe Marketplace Facilitator", "impuesto retenido en el sitio web"),
        *("impuesto de retenciones en la plataforma", "trattenuta IVA del marketplace"),
        *(
            "Belasting voor marketplace-facilitator",
            "Skatt för marknadsplatsförmedlare",
            "pobrany podatek od sprzedaży",
        ),
        "源泉徴収税を伴うマーケットプレイス",
    ),
    "tcs_cgst": ("TCS-CGST",),
    "tcs_sgst": ("TCS-SGST", "TCS-UTGST"),
    "tcs_igst": ("TCS-IGST",),
    "tds": ("TDS (Section 194-O)",),
    "selling_fees": (
        *("selling fees", "Verkaufsgebühren", "frais de vente", "tarifas de venta", "Commissioni di vendita"),
        *("verkoopkosten", "försäljningsavgifter", "opłaty za sprzedaż", "satış ücretleri", "手数料"),
    ),
    "fba_fees": (
        *("fba fees", "fulfilment by amazon fees", "Gebühren zu Versand durch Amazon", "Frais Expédié par Amazon"),
        *("Frais pour le service Expédié par Amazon", "tarifas de Logística de Amazon", "tarifas fba"),
        *("Costi del servizio Logistica di Amazon", "fba-vergoedingen", "fba-avgifter", "opłaty za fba", "taxas fba"),
        *("Amazon Lojistik ücretleri", "FBA 手数料"),
    ),
    "other_fees": (
        *("other transaction fees", "Andere Transaktionsgebühren", "autres frais de transaction"),
        *("tarifas de otras transacciones", "tarifas de otra transacción"),
        *("Altri costi relativi alle transazioni", "overige transactiekosten", "övriga transaktionsavgifter"),
        *("inne opłaty transakcyjne", "taxas de outras transações", "diğer işlem ücretleri"),
        "トランザクションに関するその他の手数料",
    ),
    "other": (
        *("other", "Andere", "autre", "autres", "otro", "Altro", "overige", "Övrigt", "inne", "outro", "diğer"),
        "その他",
    ),
}
"""Columns whose amounts add up to the total."""
