"""Files as well-known programs write them, rebuilt from their public lists of columns; people are made up."""

from __future__ import annotations

SHOPIFY = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,\
Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,\
Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,\
Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,\
Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,\
Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,\
Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,\
Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Phone,Receipt Number
#1001,ann@example.com,paid,2026-03-02 09:14:20 +0000,unfulfilled,,no,GBP,30.00,4.00,0.00,34.00,,0.00,Standard,\
2026-03-02 09:14:11 +0000,2,Card M,10.00,,CARD-M,true,true,pending,Ann Ash,1 High St,1 High St,,,Leeds,LS1 1AA,,GB,,\
Ann Ash,1 High St,1 High St,,,Leeds,LS1 1AA,,GB,,,,,card,c1,0.00,Larkmoor,0.00,,,,5001,,Low,web,0.00,,,,,,
#1001,ann@example.com,,,,,,,,,,,,,,2026-03-02 09:14:11 +0000,1,Card L,10.00,,CARD-L,true,true,pending,\
,,,,,,,,,,,,,,,,,,,,,,,,,,Larkmoor,,,,,,,,,0.00,,,,,,
#1002,ben@example.com,paid,2026-03-03 16:01:00 +0000,unfulfilled,,no,GBP,10.00,4.00,0.00,14.00,,0.00,Express,\
2026-03-03 16:00:41 +0000,1,Card M,10.00,,CARD-M,true,true,pending,Ben Birch,2 Low St,2 Low St,,,York,YO1 1AA,,GB,,\
Ben Birch,2 Low St,2 Low St,,,York,YO1 1AA,,GB,,leave by the door,,,card,c2,0.00,Larkmoor,0.00,,,,5002,,Low,web,0.00,,,,,,
"""

WOOCOMMERCE = """\
Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Company (Billing),\
Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),Country Code (Billing),Email (Billing),\
Phone (Billing),First Name (Shipping),Last Name (Shipping),Address 1&2 (Shipping),City (Shipping),\
State Code (Shipping),Postcode (Shipping),Country Code (Shipping),Payment Method Title,Order Total Amount,SKU,Item #,\
Item Name,Quantity,Item Cost
881,Processing,2026-03-02 09:14,,Ann,Ash,,1 High St,Leeds,,LS1 1AA,GB,ann@example.com,0113,Ann,Ash,1 High St,Leeds,,\
LS1 1AA,GB,Card,34.00,CARD-M,1,Card M,2,10.00
881,Processing,2026-03-02 09:14,,Ann,Ash,,1 High St,Leeds,,LS1 1AA,GB,ann@example.com,0113,Ann,Ash,1 High St,Leeds,,\
LS1 1AA,GB,Card,34.00,CARD-L,2,Card L,1,10.00
882,Completed,2026-03-03 16:00,,Ben,Birch,,2 Low St,York,,YO1 1AA,GB,ben@example.com,01904,Ben,Birch,2 Low St,York,,\
YO1 1AA,GB,Card,14.00,CARD-M,1,Card M,1,10.00
"""

AMAZON = (
    "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tbuyer-name\tbuyer-phone-number\tsku\t"
    "product-name\tquantity-purchased\tcurrency\titem-price\tship-service-level\trecipient-name\tship-address-1\t"
    "ship-address-2\tship-city\tship-state\tship-postal-code\tship-country\n"
    "202-1-1\t301\t2026-03-02T09:14:11+00:00\t2026-03-02T09:14:12+00:00\ta@example.com\tAnn Ash\t0113\tCARD-M\t"
    "Card M\t2\tGBP\t20.00\tStandard\tAnn Ash\t1 High St\t\tLeeds\t\tLS1 1AA\tGB\n"
    "202-1-2\t302\t2026-03-03T16:00:41+00:00\t2026-03-03T16:00:42+00:00\tb@example.com\tBen Birch\t01904\tCARD-L\t"
    "Card L\t1\tGBP\t10.00\tExpedited\tBen Birch\t2 Low St\t\tYork\t\tYO1 1AA\tGB\n"
)

AMAZON_ALL = (
    "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\t"
    "sales-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\t"
    "ship-city\tship-state\tship-postal-code\tship-country\n"
    "202-1-1\t\t2026-03-02T09:14:11+00:00\t2026-03-02T10:00:00+00:00\tPending\tMerchant\tAmazon.co.uk\tStandard\t"
    "Card M\tCARD-M\tB01\tUnshipped\t2\tGBP\t20.00\tLeeds\t\tLS1 1AA\tGB\n"
    "202-1-3\t\t2026-03-02T11:14:11+00:00\t2026-03-02T12:00:00+00:00\tShipped\tAmazon\tAmazon.co.uk\tStandard\t"
    "Card L\tCARD-L\tB02\tShipped\t1\tGBP\t10.00\tYork\t\tYO1 1AA\tGB\n"
)

SQUARE = """\
Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,\
Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name
2026-03-02,09:14:11,London,Cards,Card M,2.0,Regular,CARD-M,,£20.00,£0.00,£20.00,£0.00,T1,P1,Till,,,Payment,Leeds,,C1,Ann
2026-03-02,09:14:11,London,Cards,Card L,1.0,Regular,CARD-L,,£10.00,£0.00,£10.00,£0.00,T1,P1,Till,,,Payment,Leeds,,C1,Ann
2026-03-03,16:00:41,London,Cards,Card M,1.0,Regular,CARD-M,,£10.00,£0.00,£10.00,£0.00,T2,P2,Till,,,Payment,Leeds,,C2,Ben
"""

GERMAN_RECEIPTS = """\
Wareneingangsbericht Lager Nord;;;;;;
Stand: 12.03.2026;;;;;;

Lieferschein-Nr.;Artikelnummer;Bezeichnung;Menge;Charge;MHD;Lieferdatum
LS-771;CARD-M;Grußkarte mittel;1.200,00;15-11;30.09.2027;02.03.2026
LS-771;CARD-L;Grußkarte groß;48,00;15-12;31.10.2027;02.03.2026
LS-772;CARD-S;Grußkarte klein;1.000,00;16-01;30.09.2027;11.03.2026
Summe;;;2.248,00;;;
"""
"""As a spreadsheet writes it: in cp1252, with a title above and a total below."""

FRENCH_STOCK = """\
Référence;Désignation;Emplacement;Lot;DLC;Quantité en stock
CARD-M;Carte moyenne;A-01;15-11;30/09/2027;1 200
CARD-L;Carte grande;A-02;15-12;31/10/2027;48
CARD-S;Carte petite;A-03;16-01;30/09/2027;7
"""

AMBIGUOUS_RECEIPTS = """\
Receipt No,SKU,Qty Received,Date Received
R1,CARD-M,4,03/04/2026
R2,CARD-L,6,05/04/2026
"""
