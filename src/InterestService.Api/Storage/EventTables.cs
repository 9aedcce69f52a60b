namespace InterestService.Api.Storage;

/// <summary>The tables that hold the events: the table <c>events</c> or, after <c>deploy/partitions</c>, its partitions.</summary>
internal static class EventTables
{
    /// <summary>Rows of <c>pg_class</c>, for a <c>FROM</c>. A partitioned table itself has no pages, and as many rows as were last estimated for all.</summary>
    public const string Sql =
        "(SELECT * FROM pg_class WHERE relkind = 'r' AND (oid = 'events'::regclass OR oid IN (SELECT relid FROM pg_partition_tree('events')))) AS event_tables";
}
