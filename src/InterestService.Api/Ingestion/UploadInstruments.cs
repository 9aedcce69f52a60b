using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;

namespace InterestService.Api.Ingestion;

/// <summary>Counts the rows of uploads by what became of them. Thread-safe.</summary>
internal sealed class UploadInstruments(IMeterFactory meters)
{
    private readonly Counter<long> _rows = meters.Service().CreateCounter<long>(
        "interestservice.upload.rows", "{row}", "Rows of uploads, by kind, media type and result; those of a body that was refused as a whole are not among them.");

    /// <summary>Counts an upload that has been answered.</summary>
    /// <param name="schema">What its rows are.</param>
    /// <param name="format">Format of its body.</param>
    /// <param name="response">What became of the rows.</param>
    public void Count(UploadSchema schema, UploadFormat format, UploadResponse response)
    {
        Add("accepted", response.Accepted);
        Add("duplicate", response.Duplicates);
        Add("rejected", response.Rejected);

        void Add(string result, long rows) => _rows.Add(rows, new("kind", schema.Collection), new("format", format.MediaType), new("result", result));
    }
}
