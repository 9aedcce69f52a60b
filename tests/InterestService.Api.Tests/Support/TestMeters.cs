using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Support;

/// <summary>Reads the instruments of one host, or of what a test constructs without one.</summary>
internal sealed class TestMeters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _series = []; // by name and labels

    /// <param name="factory">The factory of the meters; null for a new one.</param>
    public TestMeters(IMeterFactory? factory = null)
    {
        Factory = factory ?? new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Scope == Factory && instrument is not Histogram<double>) own.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, labels, _) => Receive(instrument, value, labels));
        _listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Receive(instrument, value, labels));
        _listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Receive(instrument, value, labels));
        _listener.Start();
    }

    public IMeterFactory Factory { get; }

    /// <summary>Sums what the series of an instrument show now.</summary>
    /// <param name="instrument">Name of the instrument.</param>
    /// <param name="label">A label that they have, as <c>name=value</c>; null for all.</param>
    public double Read(string instrument, string? label = null)
    {
        _listener.RecordObservableInstruments();
        return _series.Where(series => series.Key.StartsWith($"{instrument} ", StringComparison.Ordinal) && (label is null || series.Key.Contains($" {label} ", StringComparison.Ordinal)))
            .Sum(series => series.Value);
    }

    public void Dispose() => _listener.Dispose();

    private void Receive(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        string series = $"{instrument.Name} ";
        foreach (var (name, text) in labels) series += $" {name}={text} ";
        _series.AddOrUpdate(series, value, (_, before) => instrument.IsObservable ? value : before + value);
    }
}
