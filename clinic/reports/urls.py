"""The addresses of reports, below /admin/reports/ and in the admin's namespace."""

from django.urls import path

from clinic.reports import views

urlpatterns = [
    path("reports/", views.list_reports, name="reports"),
    path("reports/last-month.pdf", views.show_month, name="report_month_pdf"),
    path("reports/<slug:slug>/", views.show_report, name="report"),
    path("reports/<slug:slug>/card/", views.show_card, name="report_card"),
    path("reports/<slug:slug>/tables.<slug:kind>", views.save_report, name="report_file"),
    path("reports/<slug:slug>/rows/<slug:key>/", views.list_rows, name="report_rows"),
    path("reports/<slug:slug>/rows/<slug:key>/rows.<slug:kind>", views.save_rows, name="report_rows_file"),
]
