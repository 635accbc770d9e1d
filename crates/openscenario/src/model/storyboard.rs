//! The storyboard: what happens, by whom, and when.

use super::catalog_reference::CatalogReference;
use super::condition::Trigger;
use super::entity::EntityRef;
use super::global_action::{GlobalAction, UserDefinedAction};
use super::parameter::ParameterDeclarations;
use super::private_action::PrivateAction;
use super::value::Priority;

elements! {
    /// What happens.
    record Storyboard [ordered true] {
        children {
            init: Init = "Init";
            stories: Vec<Story> = "Story";
            stop_trigger: Option<Trigger> = "StopTrigger";
        }
    }
    /// What is so at the start.
    record Init {
        children {
            actions: InitActions = "Actions";
        }
    }
    /// Actions at the start.
    record InitActions [ordered true] {
        children {
            global_actions: Vec<GlobalAction> = "GlobalAction";
            user_defined_actions: Vec<UserDefinedAction> = "UserDefinedAction";
            privates: Vec<Private> = "Private";
        }
    }
    /// Actions of one entity at the start.
    record Private {
        attributes {
            entity_ref: String = "entityRef";
        }
        children {
            private_actions: Vec<PrivateAction> = "PrivateAction" [min 1];
        }
    }
    /// A story of acts.
    record Story [ordered true] {
        attributes {
            name: String = "name";
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            acts: Vec<Act> = "Act" [min 1];
        }
    }
    /// Maneuver groups with a common start.
    record Act [ordered true] {
        attributes {
            name: String = "name";
        }
        children {
            maneuver_groups: Vec<ManeuverGroup> = "ManeuverGroup" [min 1];
            start_trigger: Option<Trigger> = "StartTrigger";
            stop_trigger: Option<Trigger> = "StopTrigger";
        }
    }
    /// Who does which maneuvers, and how often.
    record ManeuverGroup [ordered true] {
        attributes {
            maximum_execution_count: u32 = "maximumExecutionCount" or 1;
            name: String = "name";
        }
        children {
            actors: Actors = "Actors";
            catalog_references: Vec<CatalogReference> = "CatalogReference";
            maneuvers: Vec<Maneuver> = "Maneuver";
        }
    }
    /// Who does it.
    record Actors {
        attributes {
            select_triggering_entities: bool = "selectTriggeringEntities" or false;
        }
        children {
            entity_refs: Vec<EntityRef> = "EntityRef";
        }
    }
    /// Events that share an actor and priorities.
    record Maneuver [ordered true] {
        attributes {
            name: String = "name";
        }
        children {
            parameter_declarations: Option<ParameterDeclarations> = "ParameterDeclarations";
            events: Vec<Event> = "Event" [min 1];
        }
    }
    /// Actions with a common start.
    record Event [ordered true] {
        attributes {
            maximum_execution_count: Option<u32> = "maximumExecutionCount";
            name: String = "name";
            priority: Priority = "priority";
        }
        children {
            actions: Vec<Action> = "Action" [min 1];
            start_trigger: Option<Trigger> = "StartTrigger";
        }
    }
    /// A named action.
    record Action {
        attributes {
            name: String = "name";
        }
        choices {
            action: Option<ActionKind>;
        }
    }
    /// Private, global or user-defined.
    group ActionKind {
        GlobalAction(GlobalAction) = "GlobalAction";
        UserDefinedAction(UserDefinedAction) = "UserDefinedAction";
        PrivateAction(PrivateAction) = "PrivateAction";
    }
}
