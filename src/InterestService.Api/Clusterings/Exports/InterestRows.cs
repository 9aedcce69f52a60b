using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using InterestService.Api.Exports;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Profiling;
using Npgsql;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>The interests of the people of a clustering to export: a row for each interest of a person.</summary>
internal static class InterestRows
{
    public static readonly Schema Schema = new(
        [
            ExportColumns.Create("userId", StringType.Default), ExportColumns.Create("dimension", StringType.Default),
            ExportColumns.Create("name", StringType.Default), ExportColumns.Create("title", StringType.Default, nullable: true),
            ExportColumns.Create("intensity", DoubleType.Default), ExportColumns.Create("sentiment", DoubleType.Default),
            ExportColumns.Create("lift", DoubleType.Default, nullable: true), ExportColumns.Create("events", Int32Type.Default),
            ExportColumns.Create("lastSeen", ExportColumns.Time),
        ],
        []);

    private const int BatchRows = 8192;

    /// <inheritdoc cref="AssignmentRows.ReadAsync"/>
    /// <param name="interests">Finds the interests.</param>
    public static async IAsyncEnumerable<RecordBatch> ReadAsync(
        NpgsqlConnection connection, Clustering clustering, InterestFinder interests, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var rows = new BatchBuilder();
        var found = OrderedWork.RunAsync(
            stop => interests.ReadAsync(connection, ShownAssignments.Sql(clustering.Id), clustering.Id, stop), batch => batch.Find(), interests.Threads, cancellation);
        await foreach (var people in found)
        {
            foreach (var person in people)
            {
                foreach (var interest in person.Interests) rows.Add(person.Id, interest);
                if (rows.Count < BatchRows) continue;
                yield return rows.Build();
                rows = new BatchBuilder();
            }
        }

        if (rows.Count > 0) yield return rows.Build();
    }

    /// <summary>The columns of one batch.</summary>
    private sealed class BatchBuilder
    {
        private readonly StringArray.Builder _users = new();
        private readonly StringArray.Builder _dimensions = new();
        private readonly StringArray.Builder _names = new();
        private readonly StringArray.Builder _titles = new();
        private readonly DoubleArray.Builder _intensities = new();
        private readonly DoubleArray.Builder _sentiments = new();
        private readonly DoubleArray.Builder _lifts = new();
        private readonly Int32Array.Builder _events = new();
        private readonly Int64Array.Builder _times = new();

        public int Count { get; private set; }

        public void Add(string user, UserInterest interest)
        {
            _users.Append(user);
            _dimensions.Append(interest.Dimension);
            _names.Append(interest.Name);
            _titles.Append(interest.Title!); // null is a missing value
            _intensities.Append(interest.Intensity);
            _sentiments.Append(interest.Sentiment);
            _lifts.Append(interest.Lift);
            _events.Append(interest.Events);
            _times.Append(ExportColumns.ToMicroseconds(interest.LastSeen));
            Count++;
        }

        public RecordBatch Build() => new(
            Schema,
            [
                _users.Build(), _dimensions.Build(), _names.Build(), _titles.Build(), _intensities.Build(), _sentiments.Build(), _lifts.Build(), _events.Build(),
                ExportColumns.Times(_times.Build()),
            ],
            Count);
    }
}
