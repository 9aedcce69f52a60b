using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;

namespace InterestService.Api.Reclustering;

/// <summary>Keeps the last measured drift. Thread-safe.</summary>
internal sealed class DriftInstruments(IMeterFactory meters)
{
    private readonly Gauge<double> _moved = meters.Service().CreateGauge<double>(
        "interestservice.drift.moved_users", "1", "Share of the sampled users who are nearest to another cluster now, at the last measurement.");

    private readonly Gauge<double> _unknown = meters.Service().CreateGauge<double>(
        "interestservice.drift.unknown_item_events", "1", "Share of the new events that are on items which the model does not know, at the last measurement.");

    /// <summary>Records a measurement.</summary>
    public void Record(DriftResponse drift)
    {
        _moved.Record(Share(drift.UsersMoved, drift.UsersSampled));
        _unknown.Record(Share(drift.UnknownItemEvents, drift.NewEvents));
    }

    private static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}
