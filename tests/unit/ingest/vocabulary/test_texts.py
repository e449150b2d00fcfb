"""Free text in many languages: what is sure, what is unsure, and what is never a delivery."""

from __future__ import annotations

import pytest

from tallyclerk.ingest.vocabulary import proposals, propose
from tallyclerk.ingest.vocabulary.texts import FEW

SURE = {
    "Delivered, front door": "DELIVERED",
    "Parcel was delivered to a neighbour": "DELIVERED",
    "Delivered on second attempt": "DELIVERED",
    "Out for delivery, expected delivery by 9 pm": "OUT_FOR_DELIVERY",
    "Customer contacted": "CUSTOMER_NOTIFIED",
    "Parcel accepted at the counter": "ACCEPTED",
    "Collected from sender": "ACCEPTED",
    "Label printed": "LABEL_CREATED",
    "Arrived at destination country": "ARRIVED_DESTINATION",
    "Flight departed": "DEPARTED_ORIGIN",
    "Import clearance completed": "IMPORT_CUSTOMS_CLEARED",
    "Arrived at local delivery depot": "AT_DEPOT",
    "Arrived at the depot": "AT_DEPOT",
    "Arrived at origin depot": "ORIGIN_HUB",
    "In transit to next facility": "IN_TRANSIT",
    "Box found damaged": "DAMAGED",
    "已签收": "DELIVERED",
    "快件已存放至丰巢快递柜": "AVAILABLE_AT_PICKUP_POINT",
    "正在派送": "OUT_FOR_DELIVERY",
    "航班起飞": "DEPARTED_ORIGIN",
    "航班离港": "DEPARTED_ORIGIN",
    "到达目的地机场": "ARRIVED_DESTINATION",
    "已交航": "RELEASED",
    "Su envío ha sido entregado": "DELIVERED",
    "Salida del país de origen": "DEPARTED_ORIGIN",
    "Ha llegado al aeropuerto de destino": "ARRIVED_DESTINATION",
    "Llegada a la unidad de reparto": "AT_DEPOT",
    "En reparto": "OUT_FOR_DELIVERY",
    "Objeto entregue ao destinatário": "DELIVERED",
    "Objeto saiu para entrega": "OUT_FOR_DELIVERY",
    "Saída do país de origem": "DEPARTED_ORIGIN",
    "Objeto recebido na unidade de distribuição": "AT_DEPOT",
    "Die Sendung wurde zugestellt": "DELIVERED",
    "Abflug Ursprungsflughafen": "DEPARTED_ORIGIN",
    "Die Sendung hat das Ursprungsland verlassen": "DEPARTED_ORIGIN",
    "Ankunft Zielflughafen": "ARRIVED_DESTINATION",
    "Die Sendung ist im Zielland eingetroffen": "ARRIVED_DESTINATION",
    "Übernahme vom Versender": "ACCEPTED",
    "Beim Absender abgeholt": "ACCEPTED",
    "Ausfuhrverzollung abgeschlossen": "EXPORT_CUSTOMS_CLEARED",
    "Einfuhrabfertigung erfolgt": "IMPORT_CUSTOMS_CLEARED",
    "Auslieferung erfolgt": "DELIVERED",
    "Eingang Umschlaglager": "IN_TRANSIT",
    "In das Zustellfahrzeug geladen": "OUT_FOR_DELIVERY",
    "Votre colis a été livré": "DELIVERED",
    "En cours de livraison": "OUT_FOR_DELIVERY",
    "Départ de l'aéroport d'origine": "DEPARTED_ORIGIN",
    "Arrivé dans le pays de destination": "ARRIVED_DESTINATION",
    "Arrivé en agence de livraison": "AT_DEPOT",
}

SURE |= {
    "Package packed": "READY_FOR_COLLECTION",
    "Carrier in possession of item": "ACCEPTED",
    "Inbound out of customs": "IMPORT_CUSTOMS_CLEARED",
    "Inbound into customs": "INFO",
    "Hand-over to last mile carrier": "RELEASED",
    "At local QZ facility": "AT_DEPOT",
    "Arrived at the airport of destination": "ARRIVED_DESTINATION",
    "Departed from port of loading": "DEPARTED_ORIGIN",
    "订单信息已接收": "LABEL_CREATED",
    "包裹已被签收": "DELIVERED",
    "到达待取": "AVAILABLE_AT_PICKUP_POINT",
    "入境海关放行": "IMPORT_CUSTOMS_CLEARED",
    "Vom Absender in der Filiale eingeliefert": "ACCEPTED",
    "Daten elektronisch an den Kurier übermittelt": "LABEL_CREATED",
    "Die Sendung wird zurückgesandt": "RETURN_STARTED",
    "Zustellung an Nachbarn": "DELIVERED",
    "Vom Empfänger in der Filiale abgeholt": "DELIVERED",
    "Auf dem Weg ins Paketzustellzentrum": "IN_TRANSIT",
    "Eingang Depot": "IN_TRANSIT",
    "Anschrift unvollständig": "EXCEPTION",
    "En préparation chez votre expéditeur": "LABEL_CREATED",
    "Enlèvement effectué": "ACCEPTED",
    "Prêt à être expédié": "READY_FOR_COLLECTION",
    "Arrivé sur son site de distribution": "AT_DEPOT",
    "Prerregistrado": "LABEL_CREATED",
    "En la unidad de reparto": "AT_DEPOT",
    "A disposición del destinatario": "AVAILABLE_AT_PICKUP_POINT",
    "Endereço incorreto": "EXCEPTION",
    "Przesyłka utworzona": "LABEL_CREATED",
    "Odebrana od Nadawcy": "ACCEPTED",
    "Przyjęta w sortowni": "IN_TRANSIT",
    "Wydana do doręczenia": "OUT_FOR_DELIVERY",
    "Przesyłka doręczona": "DELIVERED",
    "Umieszczona w paczkomacie": "AVAILABLE_AT_PICKUP_POINT",
    "Spedizione creata": "LABEL_CREATED",
    "Presa in carico": "ACCEPTED",
    "Arrivata in filiale": "AT_DEPOT",
    "In consegna": "OUT_FOR_DELIVERY",
    "La spedizione è stata consegnata": "DELIVERED",
    "Zending is aangemeld": "LABEL_CREATED",
    "Opgehaald bij afzender": "ACCEPTED",
    "De bezorger is onderweg": "OUT_FOR_DELIVERY",
    "Onderweg": "IN_TRANSIT",
    "Bezorgd bij de buren": "DELIVERED",
    "Dağıtıma çıktı": "OUT_FOR_DELIVERY",
    "Teslim edildi": "DELIVERED",
    "荷物受付": "ACCEPTED",
    "配達中": "OUT_FOR_DELIVERY",
    "配達完了": "DELIVERED",
    "배송출발": "OUT_FOR_DELIVERY",
    "배달완료": "DELIVERED",
}

SURE |= {
    "Doručeno": "DELIVERED",
    "Doručená": "DELIVERED",
    "Prevzatá od odosielateľa": "ACCEPTED",
    "Na ceste k príjemcovi": "OUT_FOR_DELIVERY",
    "Zásilka byla doručena příjemci": "DELIVERED",
    "Na cestě k příjemci": "OUT_FOR_DELIVERY",
    "Převzato od odesílatele": "ACCEPTED",
    "Na depu": "IN_TRANSIT",
    "Giao hàng thành công": "DELIVERED",
    "Đang giao hàng": "OUT_FOR_DELIVERY",
    "Đã lấy hàng": "ACCEPTED",
    "Đang vận chuyển": "IN_TRANSIT",
    "Chuyển hoàn": "RETURN_STARTED",
    "Chờ lấy hàng": "READY_FOR_COLLECTION",
    "Đã hủy": "CANCELLED",
    "นำจ่ายสำเร็จ": "DELIVERED",
    "รับฝาก": "ACCEPTED",
    "อยู่ระหว่างการนำจ่าย": "OUT_FOR_DELIVERY",
    "ออกจากที่ทำการ": "IN_TRANSIT",
    "تم التسليم": "DELIVERED",
    "خارج للتوصيل": "OUT_FOR_DELIVERY",
    "في الطريق": "IN_TRANSIT",
    "Вручено адресату": "DELIVERED",
    "Передано курьеру": "OUT_FOR_DELIVERY",
    "Прибыло в сортировочный центр": "IN_TRANSIT",
    "Прием": "ACCEPTED",
    "Levererad": "DELIVERED",
    "Under utkörning": "OUT_FOR_DELIVERY",
    "Ude til levering": "OUT_FOR_DELIVERY",
    "Leveret": "DELIVERED",
    "Afhentet hos afsender": "ACCEPTED",
    "En proceso de reparto": "OUT_FOR_DELIVERY",
}

NEVER_DELIVERED = {
    "Not delivered": "INFO",
    "Could not be delivered": "DELIVERY_ATTEMPT_FAILED",
    "Delivery attempted": "DELIVERY_ATTEMPT_FAILED",
    "Will be delivered tomorrow": "INFO",
    "Estimated delivery: Monday": "INFO",
    "Address not found": "DELIVERY_ATTEMPT_FAILED",
    "Delivered to agent": "RELEASED",
    "Delivered to parcel locker": "AVAILABLE_AT_PICKUP_POINT",
    "Delivered to sender": "RETURNED",
    "Delivered to the sorting centre": "IN_TRANSIT",
    "Übergabe an Paketdienst": "RELEASED",
    "An den Kurierdienst übergeben": "RELEASED",
    "Entregado a la agencia de transporte": "RELEASED",
    "Entregue à transportadora": "RELEASED",
    "Remis au transporteur": "RELEASED",
    "Not collected by the customer": "EXCEPTION",
    "预计明天送达": "INFO",
    "投递失败": "DELIVERY_ATTEMPT_FAILED",
    "No se pudo entregar": "DELIVERY_ATTEMPT_FAILED",
    "Entregado al remitente": "RETURNED",
    "Não foi possível a entrega": "DELIVERY_ATTEMPT_FAILED",
    "Será entregue amanhã": "INFO",
    "Konnte nicht zugestellt werden": "DELIVERY_ATTEMPT_FAILED",
    "An den Absender zugestellt": "RETURNED",
    "In die Packstation eingelegt": "AVAILABLE_AT_PICKUP_POINT",
    "Non livré, destinataire absent": "DELIVERY_ATTEMPT_FAILED",
    "Livré à l'expéditeur": "RETURNED",
    "Disponible en point relais": "AVAILABLE_AT_PICKUP_POINT",
}

NEVER_DELIVERED |= {
    "Client absent, avis de passage": "DELIVERY_ATTEMPT_FAILED",
    "Ausente": "DELIVERY_ATTEMPT_FAILED",
    "Entrega não conseguida": "DELIVERY_ATTEMPT_FAILED",
    "Nie doręczono, adresat nieobecny": "DELIVERY_ATTEMPT_FAILED",
    "Nieudana próba doręczenia": "DELIVERY_ATTEMPT_FAILED",
    "Planowane doręczenie jutro": "INFO",
    "Doręczona do nadawcy": "RETURNED",
    "Przekazano kurierowi do doręczenia": "OUT_FOR_DELIVERY",
    "Mancata consegna": "DELIVERY_ATTEMPT_FAILED",
    "Consegna prevista domani": "INFO",
    "Consegnato al corriere": "RELEASED",
    "Consegnato al mittente": "RETURNED",
    "Niet bezorgd": "DELIVERY_ATTEMPT_FAILED",
    "Wordt morgen bezorgd": "INFO",
    "Bezorgd bij de afzender": "RETURNED",
    "Teslim edilemedi": "DELIVERY_ATTEMPT_FAILED",
    "Göndericiye teslim edildi": "RETURNED",
    "ご不在のため持ち戻り": "DELIVERY_ATTEMPT_FAILED",
    "미배달": "DELIVERY_ATTEMPT_FAILED",
}

NEVER_DELIVERED |= {
    "Nedoručeno, adresát nezastižen": "DELIVERY_ATTEMPT_FAILED",
    "Vráceno odesílateli": "RETURNED",
    "Připraveno k vyzvednutí": "AVAILABLE_AT_PICKUP_POINT",
    "Předáno dopravci": "RELEASED",
    "Bude doručeno zítra": "INFO",
    "Giao hàng không thành công": "DELIVERY_ATTEMPT_FAILED",
    "Đã bàn giao cho đơn vị vận chuyển": "RELEASED",
    "นำจ่ายไม่สำเร็จ": "DELIVERY_ATTEMPT_FAILED",
    "ส่งคืนผู้ส่งสำเร็จ": "RETURNED",
    "لم يتم التسليم": "DELIVERY_ATTEMPT_FAILED",
    "تم إرجاع الشحنة للمرسل": "RETURNED",
    "تم تسليم الشحنة إلى شركة الشحن": "RELEASED",
    "Неудачная попытка вручения": "DELIVERY_ATTEMPT_FAILED",
    "Вручено отправителю": "RETURNED",
    "Не вручено": "DELIVERY_ATTEMPT_FAILED",
    "Прибыло в пункт выдачи": "AVAILABLE_AT_PICKUP_POINT",
    "Передано перевозчику": "RELEASED",
    "Ej levererad": "DELIVERY_ATTEMPT_FAILED",
    "Kan hämtas hos ombud": "AVAILABLE_AT_PICKUP_POINT",
    "Levert til avsender": "RETURNED",
}

UNSURE = {
    "Picked up": "ACCEPTED",
    "Ready for pickup": "AVAILABLE_AT_PICKUP_POINT",
    "Held by customs": "IMPORT_CUSTOMS_HELD",
    "Customs clearance completed": "IMPORT_CUSTOMS_CLEARED",
    "快递代收点代签": "DELIVERED",
    "Origin scan": "ACCEPTED",
    "Clearance processing complete at LEJ": "IMPORT_CUSTOMS_CLEARED",
    "Wird voraussichtlich im Laufe des Tages zugestellt": "OUT_FOR_DELIVERY",
    "Im Paketshop abgegeben": "ACCEPTED",
    "Przesyłka odebrana": "ACCEPTED",
    "Gotowa do odbioru": "AVAILABLE_AT_PICKUP_POINT",
    "Disponibile per il ritiro": "AVAILABLE_AT_PICKUP_POINT",
    "تم استلام الشحنة": "ACCEPTED",
    "Прибыло в место вручения": "AVAILABLE_AT_PICKUP_POINT",
    "Zásilka vyzvednuta": "ACCEPTED",
    "Đã nhận hàng": "ACCEPTED",
}


@pytest.mark.parametrize(("text", "milestone"), [*SURE.items(), *NEVER_DELIVERED.items()])
def test_a_text_means_what_people_mean(text, milestone):
    found = propose(text)
    assert (found.milestone, found.is_sure) == (milestone, True), found


@pytest.mark.parametrize("text", NEVER_DELIVERED)
def test_what_is_no_delivery_corrects_a_code_that_says_so(text):
    assert propose("Delivered_001", "aftership", text).milestone != "DELIVERED"


@pytest.mark.parametrize(("text", "perhaps"), UNSURE.items())
def test_what_vendors_mean_in_two_ways_is_unsure(text, perhaps):
    found = propose(text)
    assert (found.milestone, found.is_sure) == (perhaps, False)


def test_customer_is_not_customs():
    assert "customs" not in propose("Customised for the customer").rule


def test_many_are_proposed_as_each_alone():
    texts = [*SURE, *NEVER_DELIVERED, *UNSURE, "Frobnicated"]
    assert len(texts) > FEW
    assert proposals(texts) == [propose(text) for text in texts]
