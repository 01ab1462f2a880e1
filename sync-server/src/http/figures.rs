//! Figures for Prometheus, at an address of their own.
use crate::app::App;
use crate::measures;
use axum::Router;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

/// Answers `GET /metrics`, until it is dropped.
pub async fn serve(listener: TcpListener, figures: PrometheusHandle, app: App) -> std::io::Result<()> {
    let show = move || {
        measures::at_work(app.guard.at_work());
        figures.run_upkeep();
        std::future::ready(figures.render())
    };
    axum::serve(listener, Router::new().route("/metrics", get(show))).await
}
